package io.luciola.blockstore.agent;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes a thread that sleeps on a descriptor, and costs the others next to nothing while it does
 * not sleep.
 *
 * <p>The owner arms it, looks once more for work, and sleeps on {@link #fd()}; afterwards it
 * disarms. Others publish work first and then ring. Either the owner sees the work when it looks
 * again, or the others see the armed bell: both sides have a full fence between their write and
 * their read. A bell that is not armed is rung without a system call.
 */
public final class Doorbell implements AutoCloseable {

  /** An 8-byte 1, as an event counter wants it. */
  private static final long ONE = Arena.global().allocate(Long.BYTES, Long.BYTES).address();

  static {
    Memory.putLong(ONE, 1);
  }

  private final int fd;
  private final AtomicInteger forcedRings = new AtomicInteger();
  private final Arena arena = Arena.ofShared();
  private final long counter = arena.allocate(Long.BYTES, Long.BYTES).address();
  private final long pollfd = arena.allocate(Polling.POLLFD_BYTES, 8).address();
  private final AtomicInteger armed = new AtomicInteger();

  // Owner only.
  private boolean mayBeArmed;
  private long owedRings;

  /**
   * Makes an event counter.
   *
   * @throws IllegalStateException when the process has no descriptors left
   */
  public Doorbell() {
    fd = Polling.eventfd(0, Polling.EFD_NONBLOCK | Polling.EFD_CLOEXEC);
    if (fd < 0) {
      throw new IllegalStateException("eventfd: " + Errno.describe(-fd));
    }
  }

  /** Readable when the bell was rung while armed, until the owner disarms. */
  public int fd() {
    return fd;
  }

  /** From now on ringing makes the descriptor readable. The owner then looks for work again. */
  public void arm() {
    mayBeArmed = true;
    armed.set(1); // ordered before the owner's next look
  }

  /** Ringing costs nothing from now on; the descriptor is quiet. Owner only. */
  public void disarm() {
    if (mayBeArmed) {
      mayBeArmed = false;
      if (!armed.compareAndSet(1, 0)) {
        owedRings++; // someone took it: a ring is there, or about to be
      }
    }
    if (forcedRings.get() != 0) {
      owedRings += forcedRings.getAndSet(0);
    }
    if (owedRings > 0 && Linux.read(fd, counter, Long.BYTES) == Long.BYTES) {
      owedRings -= Memory.getLong(counter);
    }
  }

  /** Wakes the owner if it sleeps or is about to. Any thread, after publishing work. */
  public void ring() {
    VarHandle.fullFence();
    if (armed.getOpaque() == 1 && armed.compareAndSet(1, 0)) {
      Linux.write(fd, ONE, Long.BYTES);
    }
  }

  /**
   * Makes the next sleep end at once, armed or not. Any thread, but the caller sees to it that the
   * bell is not closed meanwhile.
   */
  public void ringAnyway() {
    forcedRings.incrementAndGet();
    Linux.write(fd, ONE, Long.BYTES);
  }

  /**
   * Sleeps until the bell rings or the time is over. Owner only, armed, after having looked for
   * work once more; when it is not armed, it does not sleep.
   *
   * @param timeoutMs at least 0
   */
  public void await(int timeoutMs) {
    if (!mayBeArmed) {
      return;
    }
    Memory.putInt(pollfd, fd);
    Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
    int result = Polling.poll(pollfd, 1, timeoutMs);
    if (result < 0 && result != -Errno.EINTR) {
      throw new IllegalStateException("poll: " + Errno.describe(-result));
    }
  }

  /** Gives the descriptor back. Owner only, or whoever knows that the owner has ended. */
  @Override
  public void close() {
    disarm();
    while (owedRings > 0) {
      Thread.onSpinWait(); // a ringer is between taking the bell and writing
      disarm();
    }
    Linux.close(fd);
    arena.close();
  }
}
