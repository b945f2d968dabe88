package io.luciola.cluster.storage;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.craq.UpdateOp;
import org.jspecify.annotations.Nullable;

/** Puts answers on the connections that the requests came from. Those who are gone get none. */
final class Replies {

  /** Token of answers on which no buffer hangs. */
  static final long NO_REQUEST = -1;

  private final ReplyFrame frame = new ReplyFrame();
  private final Crc32c checksum = new Crc32c();

  /** An answer that is only a status. */
  void status(@Nullable Inbound inbound, int opcode, long askerTag, int status) {
    if (begin(inbound, opcode, askerTag, status, 0)) {
      finish(inbound, 0, NO_REQUEST);
    }
  }

  void readStatus(ReadRequest request, int status) {
    status(request.inbound, Opcode.READ, request.askerTag, status);
  }

  void update(WriteRequest request, int status) {
    Inbound inbound = request.inbound;
    if (begin(inbound, request.opcode, request.askerTag, status, 0)) {
      UpdateOp op = request.op;
      frame.version(op.resultVersion).digest(op.resultDigest).lengthBytes(op.resultLengthBytes);
      finish(inbound, 0, NO_REQUEST);
    }
  }

  void version(Inbound inbound, long askerTag, int status, long version) {
    if (begin(inbound, Opcode.VERSION_QUERY, askerTag, status, 0)) {
      frame.version(version);
      finish(inbound, 0, NO_REQUEST);
    }
  }

  /** Which chunks differ, a bit for each. */
  void compared(Inbound inbound, long askerTag, int status, long first64, long second64) {
    if (begin(inbound, Opcode.COMPARE_CHUNKS, askerTag, status, 0)) {
      frame.version(first64).digest(second64);
      finish(inbound, 0, NO_REQUEST);
    }
  }

  /**
   * Which blocks differ, as a bitmap in the request's buffer, and from what.
   *
   * @return as {@link #bytes}
   */
  boolean blocks(ReadRequest request, UpdateOp committed, int payloadBytes) {
    Inbound inbound = request.inbound;
    if (!begin(inbound, Opcode.COMPARE_BLOCKS, request.askerTag, 0, payloadBytes)) {
      return false;
    }
    frame
        .version(committed.resultVersion)
        .digest(committed.resultDigest)
        .lengthBytes(committed.resultLengthBytes)
        .payloadCrc32c(checksum.of(request.buffer, payloadBytes));
    finish(inbound, request.buffer, request.tag());
    return true;
  }

  /**
   * Chunks of a target, in the request's buffer.
   *
   * @return as {@link #bytes}
   */
  boolean chunks(ReadRequest request, int opcode, int payloadBytes, long nextCursor) {
    Inbound inbound = request.inbound;
    if (!begin(inbound, opcode, request.askerTag, 0, payloadBytes)) {
      return false;
    }
    frame.version(nextCursor);
    if (payloadBytes > 0) {
      frame.payloadCrc32c(checksum.of(request.buffer, payloadBytes));
    }
    finish(inbound, request.buffer, payloadBytes > 0 ? request.tag() : NO_REQUEST);
    return payloadBytes > 0;
  }

  /**
   * The bytes that were read.
   *
   * @return whether they were queued: then the request's buffer is in use until the token, the
   *     request's tag, comes back
   */
  boolean bytes(ReadRequest request, long address, int lengthBytes, long version) {
    Inbound inbound = request.inbound;
    if (!begin(inbound, Opcode.READ, request.askerTag, 0, lengthBytes)) {
      return false;
    }
    frame.version(version).lengthBytes(lengthBytes);
    if (lengthBytes > 0) {
      frame.payloadCrc32c(checksum.of(address, lengthBytes));
    }
    finish(inbound, address, lengthBytes > 0 ? request.tag() : NO_REQUEST);
    return lengthBytes > 0;
  }

  private boolean begin(
      @Nullable Inbound inbound, int opcode, long askerTag, int status, int payloadBytes) {
    if (inbound == null) {
      return false;
    }
    long header = inbound.connection.claim();
    if (header == Connection.REFUSED) {
      // Closed: the queue itself has room for the answers to all that is taken in.
      return false;
    }
    frame.wrap(header);
    frame.begin(opcode, askerTag, status, payloadBytes);
    return true;
  }

  private void finish(Inbound inbound, long payloadAddress, long token) {
    frame.seal();
    inbound.connection.send(payloadAddress, token);
  }
}
