package io.luciola.cluster.disk;

import java.util.Optional;

/** How much memory a process like this one may pin, which DMA needs. */
public final class MemoryLock {

  private static final String LINE = "Max locked memory";

  private final SystemFiles files;

  /** The limit that a machine's files show for this process. */
  public MemoryLock(SystemFiles files) {
    this.files = files;
  }

  /** The soft limit, bytes; {@link Long#MAX_VALUE} without one; empty when it is not known. */
  public Optional<Long> limitBytes() {
    return files.table("/proc/self/limits").stream()
        .filter(line -> line.startsWith(LINE))
        .map(line -> line.substring(LINE.length()).strip().split("\\s+", -1)[0])
        .map(word -> word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word))
        .findAny();
  }
}
