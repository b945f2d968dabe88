package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct spdk_nvme_io_qpair_opts}, as far as SPDK 24.01 has it. */
final class QueuePairStruct {

  /** What SPDK is told that the struct has. */
  static final long KNOWN_BYTES = 72;

  private static final long ALLOCATED_BYTES = 256;

  static final long IO_QUEUE_SIZE = 4;
  static final long IO_QUEUE_REQUESTS = 8;
  static final long DELAY_CMD_SUBMIT = 12;

  private static final int MAX_SPARE_ENTRIES = 128;
  private static final int SPARE_SHARE = 3;

  private QueuePairStruct() {}

  /** Memory for SPDK to fill with its defaults. */
  static MemorySegment allocate(Arena arena) {
    return arena.allocate(ALLOCATED_BYTES, Long.BYTES);
  }

  /**
   * Writes the options over the defaults of the controller, whose queue size is the largest one.
   */
  static void write(MemorySegment struct, QueuePairOptions options) {
    int maxEntries = struct.get(JAVA_INT, IO_QUEUE_SIZE);
    struct.set(JAVA_INT, IO_QUEUE_SIZE, Math.min(maxEntries, entries(options.depth())));
    struct.set(JAVA_INT, IO_QUEUE_REQUESTS, options.requests());
    struct.set(JAVA_BYTE, DELAY_CMD_SUBMIT, (byte) (options.delaySubmit() ? 1 : 0));
  }

  /**
   * Entries that let {@code depth} commands be with the drive: SPDK keeps up to a quarter of a
   * queue free, 128 at most. What does not fit waits inside SPDK, and nothing fails.
   */
  static int entries(int depth) {
    return depth + Math.min(MAX_SPARE_ENTRIES, depth / SPARE_SHARE + 1) + 1;
  }
}
