package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct spdk_nvme_ctrlr_opts}, as far as SPDK 24.01 has it. */
final class ControllerStruct {

  /** What SPDK is told that the struct has: newer ones leave the rest at its default. */
  static final long KNOWN_BYTES = 824;

  private static final long ALLOCATED_BYTES = 1024;

  static final long KEEP_ALIVE_TIMEOUT_MS = 16;
  static final long IO_QUEUE_SIZE = 24;
  static final long HOST_NQN = 28;
  static final long HOST_NQN_BYTES = 224;
  static final long IO_QUEUE_REQUESTS = 252;
  static final long ADMIN_TIMEOUT_MS = 576;
  static final long HEADER_DIGEST = 580;
  static final long DATA_DIGEST = 581;
  static final long TRANSPORT_ACK_TIMEOUT = 583;

  private ControllerStruct() {}

  /** Memory for SPDK to fill with its defaults. */
  static MemorySegment allocate(Arena arena) {
    return arena.allocate(ALLOCATED_BYTES, Long.BYTES);
  }

  /** Writes what the options say over the defaults. */
  static void write(MemorySegment struct, ControllerOptions options) {
    setInt(struct, KEEP_ALIVE_TIMEOUT_MS, options.keepAliveTimeoutMs());
    setInt(struct, IO_QUEUE_SIZE, options.ioQueueEntries());
    setInt(struct, IO_QUEUE_REQUESTS, options.ioQueueRequests());
    setInt(struct, ADMIN_TIMEOUT_MS, options.adminTimeoutMs());
    struct.set(JAVA_BYTE, HEADER_DIGEST, flag(options.headerDigest()));
    struct.set(JAVA_BYTE, DATA_DIGEST, flag(options.dataDigest()));
    if (options.transportAckTimeout() != 0) {
      struct.set(JAVA_BYTE, TRANSPORT_ACK_TIMEOUT, (byte) options.transportAckTimeout());
    }
    if (!options.hostNqn().isEmpty()) {
      struct.asSlice(HOST_NQN, HOST_NQN_BYTES).fill((byte) 0);
      struct.setString(HOST_NQN, options.hostNqn());
    }
  }

  private static void setInt(MemorySegment struct, long offset, int value) {
    if (value != 0) {
      struct.set(JAVA_INT, offset, value);
    }
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }
}
