package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.wire.BlockDelta;
import io.luciola.cluster.wire.Opcode;
import io.luciola.craq.UpdateOp;
import java.util.ArrayDeque;

/**
 * Reads what is committed here of chunks that are being refilled: to say which blocks a predecessor
 * has otherwise, and to lay the blocks over it that the predecessor sends. What comes out is an
 * update with the whole content, whose checksum the engine verifies like any other.
 *
 * <p>A few chunks are read at a time, the others wait; who waits beyond its deadline is answered
 * BACK_PRESSURE.
 */
final class DeltaReceiver {

  private static final int MOST_READS = 2;

  private final NodeContext context;
  private final Replies replies;
  private final BufferShares shares;
  private final Crc32c checksum = new Crc32c();
  private final ChunkStat stat = new ChunkStat();
  private final ArrayDeque<WriteRequest> waiting = new ArrayDeque<>();
  private int reads;

  DeltaReceiver(NodeContext context, Replies replies) {
    this.context = context;
    this.replies = replies;
    this.shares = new BufferShares(context.buffers);
  }

  /** Takes a comparison, or an update that came as a delta. */
  void take(WriteRequest request) {
    waiting.add(request);
    advance();
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Begins what there is room for. */
  void advance() {
    while (reads < MOST_READS && !waiting.isEmpty()) {
      WriteRequest request = waiting.poll();
      if (!begin(request)) {
        waiting.addFirst(request);
        return;
      }
    }
  }

  /** False when there is no room. */
  private boolean begin(WriteRequest request) {
    UpdateOp op = request.op;
    if (!isStillAsked(request)) {
      context.release(request);
      return true;
    }
    if (context.nowNs >= op.deadlineNs) {
      refuse(request, EngineStatus.BACK_PRESSURE);
      return true;
    }
    int status = request.target.disk.stat(request.target.targetId, op.chunkHi, op.chunkLo, stat);
    if (status == EngineStatus.OK) {
      status = judge(request);
    }
    if (status != EngineStatus.OK) {
      refuse(request, status);
      return true;
    }
    if (request.side == Request.NO_BUFFER) {
      long buffer = shares.acquireForUpdate(op.lengthBytes, 0);
      if (buffer == BufferPool.EXHAUSTED) {
        return false;
      }
      request.side = buffer;
    }
    op.resultVersion = stat.committedVersion;
    op.resultDigest = stat.committedDigest;
    op.resultLengthBytes = stat.committedLengthBytes;
    if (baseBytes(op) == 0) {
      onContent(request);
      return true;
    }
    return read(request);
  }

  private int judge(WriteRequest request) {
    if (stat.committedVersion == 0) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    boolean isBase =
        request.opcode == Opcode.COMPARE_BLOCKS
            || (BlockDelta.baseVersion(request.buffer) == stat.committedVersion
                && BlockDelta.baseDigest(request.buffer) == stat.committedDigest
                && BlockDelta.baseLengthBytes(request.buffer) == stat.committedLengthBytes);
    return isBase ? EngineStatus.OK : EngineStatus.VERSION_MISMATCH;
  }

  private boolean read(WriteRequest request) {
    int status = request.target.disk.readBase(request, baseBytes(request.op));
    if (status == EngineStatus.OK) {
      reads++;
    } else if (status == EngineStatus.BACK_PRESSURE) {
      return false;
    } else {
      refuse(request, status);
    }
    return true;
  }

  /** What is committed is as long as this, as far as it counts. */
  private static int baseBytes(UpdateOp op) {
    return Math.min(op.resultLengthBytes, op.lengthBytes);
  }

  /** The engine has read, or not; status and version as it gave them. */
  void onRead(WriteRequest request, int status, long version) {
    reads--;
    UpdateOp op = request.op;
    if (status < 0) {
      refuse(request, status);
    } else if (status < baseBytes(op) || version != op.resultVersion) {
      refuse(request, EngineStatus.VERSION_MISMATCH);
    } else {
      onContent(request);
    }
    advance();
  }

  private void onContent(WriteRequest request) {
    UpdateOp op = request.op;
    int baseBytes = baseBytes(op);
    Memory.fill(request.side + baseBytes, op.lengthBytes - baseBytes, (byte) 0);
    if (request.opcode == Opcode.COMPARE_BLOCKS) {
      answer(request);
    } else if (isStillAsked(request)) {
      BlockDelta.apply(request.buffer, request.side, op.lengthBytes);
      context.buffers.release(request.buffer);
      request.buffer = request.side;
      request.side = Request.NO_BUFFER;
      op.dataAddress = request.buffer;
      request.target.disk.begin(request);
    } else {
      context.release(request);
    }
  }

  /**
   * Whether the connection is there over which the request came: else its sender may have sent
   * something newer over another one.
   */
  private static boolean isStillAsked(WriteRequest request) {
    return request.inbound != null && request.inbound.connection.isOpen();
  }

  private void answer(WriteRequest request) {
    UpdateOp op = request.op;
    BlockDelta.compare(request.buffer, request.side, op.lengthBytes, checksum);
    ReadRequest carrier = context.reads.acquire();
    carrier.inbound = request.inbound;
    carrier.askerTag = request.askerTag;
    carrier.buffer = request.buffer;
    request.buffer = Request.NO_BUFFER;
    carrier.answered = replies.blocks(carrier, op, BlockDelta.bitmapBytes(op.lengthBytes));
    if (!carrier.answered) {
      context.release(carrier);
    }
    context.release(request);
  }

  private void refuse(WriteRequest request, int status) {
    replies.status(request.inbound, request.opcode, request.askerTag, status);
    context.release(request);
  }

  /** Whether chunks of this length can be taken as deltas. */
  boolean fits(int contentBytes) {
    return contentBytes > ChunkEngine.BLOCK_BYTES
        && contentBytes <= context.buffers.maxBufferBytes();
  }
}
