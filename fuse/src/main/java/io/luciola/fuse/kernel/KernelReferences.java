package io.luciola.fuse.kernel;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how often the kernel was given an inode and how often it forgot one. Inode numbers stay
 * valid without it; the difference tells how much the kernel has cached.
 */
final class KernelReferences {

  private final LongAdder given = new LongAdder();
  private final LongAdder forgotten = new LongAdder();

  void give() {
    given.increment();
  }

  void forget(long count) {
    forgotten.add(count);
  }

  /** References the kernel still holds. */
  long held() {
    return given.sum() - forgotten.sum();
  }

  @Override
  public String toString() {
    return given.sum() + " inodes given to the kernel, " + forgotten.sum() + " forgotten by it";
  }
}
