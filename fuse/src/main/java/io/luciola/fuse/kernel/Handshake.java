package io.luciola.fuse.kernel;

import io.luciola.fuse.MountException;
import io.luciola.fuse.MountOptions;

/** Answers INIT: settles protocol version, features and sizes with the kernel. */
final class Handshake {

  private static final int MAX_BACKGROUND = 64;
  private static final int CONGESTION_THRESHOLD = 48;
  private static final int PAGE_BYTES = 4096;

  private Handshake() {}

  /**
   * Fills the reply to an INIT request.
   *
   * @return the reply's length
   * @throws MountException when this is no INIT, or of a kernel that is too old or too new
   */
  static int answer(Request request, Reply reply) throws MountException {
    if (request.opcode() != Opcode.INIT || request.bodyBytes() < InitStructs.IN_SHORT_BYTES) {
      throw new MountException(
          "the kernel's first FUSE request is opcode " + request.opcode() + ", not INIT");
    }
    int major = request.getInt(InitStructs.IN_MAJOR_OFFSET);
    int minor = request.getInt(InitStructs.IN_MINOR_OFFSET);
    if (major != InitStructs.MAJOR || minor < InitStructs.MIN_MINOR) {
      throw new MountException(
          "the kernel speaks FUSE "
              + major
              + "."
              + minor
              + "; 7.31 (Linux 5.4) or newer of major version 7 is needed");
    }
    long flags = offered(request) & InitStructs.WANTED;
    boolean manyPages = (flags & InitStructs.MAX_PAGES) != 0;
    reply.clear(0, InitStructs.OUT_BYTES);
    reply.putInt(InitStructs.OUT_MAJOR_OFFSET, InitStructs.MAJOR);
    reply.putInt(InitStructs.OUT_MINOR_OFFSET, Math.min(minor, InitStructs.MAX_MINOR));
    reply.putInt(
        InitStructs.OUT_MAX_READAHEAD_OFFSET, request.getInt(InitStructs.IN_MAX_READAHEAD_OFFSET));
    reply.putInt(InitStructs.OUT_FLAGS_OFFSET, (int) flags);
    reply.putInt(InitStructs.OUT_FLAGS2_OFFSET, (int) (flags >>> Integer.SIZE));
    reply.putShort(InitStructs.OUT_MAX_BACKGROUND_OFFSET, MAX_BACKGROUND);
    reply.putShort(InitStructs.OUT_CONGESTION_THRESHOLD_OFFSET, CONGESTION_THRESHOLD);
    reply.putInt(InitStructs.OUT_MAX_WRITE_OFFSET, MountOptions.MAX_TRANSFER_BYTES);
    reply.putInt(InitStructs.OUT_TIME_GRANULARITY_OFFSET, 1);
    reply.putShort(
        InitStructs.OUT_MAX_PAGES_OFFSET,
        manyPages ? MountOptions.MAX_TRANSFER_BYTES / PAGE_BYTES : 0);
    return reply.done(request.unique(), InitStructs.OUT_BYTES);
  }

  private static long offered(Request request) {
    long low = Integer.toUnsignedLong(request.getInt(InitStructs.IN_FLAGS_OFFSET));
    boolean extended =
        (low & InitStructs.INIT_EXT) != 0 && request.bodyBytes() >= InitStructs.IN_BYTES;
    return extended
        ? low | (long) request.getInt(InitStructs.IN_FLAGS2_OFFSET) << Integer.SIZE
        : low;
  }
}
