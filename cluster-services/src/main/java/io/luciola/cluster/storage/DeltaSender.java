package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.wire.BlockDelta;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;

/**
 * Sends of a whole chunk only the blocks that the successor lacks: asks it first which those are.
 * Where that cannot be had, all of the chunk is sent.
 */
final class DeltaSender {

  private final NodeContext context;
  private final PeerLinks peers;
  private final RequestFrame frame = new RequestFrame();
  private final Crc32c checksum = new Crc32c();

  DeltaSender(NodeContext context, PeerLinks peers) {
    this.context = context;
    this.peers = peers;
  }

  /**
   * Asks the successor which blocks of the update's chunk differ.
   *
   * @return false when that is not worth it, or not possible now: then the update is to be sent as
   *     it is
   */
  boolean ask(WriteRequest write) {
    UpdateOp op = write.op;
    if (op.kind != ChunkUpdate.INSTALL) {
      return false;
    }
    context.pace.onRefill(context.nowNs);
    Connection connection = peers.connectionTo(write.successorTargetId);
    if (op.lengthBytes <= ChunkEngine.BLOCK_BYTES
        || connection == null
        || connection.sendCapacity() == 0) {
      return false;
    }
    int payloadBytes = BlockDelta.checksumsBytes(op.lengthBytes);
    long payload = context.buffers.acquire(payloadBytes);
    if (payload == BufferPool.EXHAUSTED) {
      return false;
    }
    long header = connection.claim();
    if (header == Connection.REFUSED) {
      context.buffers.release(payload);
      return false;
    }
    BlockDelta.putChecksums(payload, op.dataAddress, op.lengthBytes, checksum);
    frame.wrap(header);
    frame
        .begin(Opcode.COMPARE_BLOCKS, write.tag(), payloadBytes)
        .deadlineMicros(peers.microsUntil(op.forwardDeadlineNs))
        .chain(write.target.chainId, write.forwardChainVersion)
        .targetId(write.successorTargetId)
        .chunk(op.chunkHi, op.chunkLo)
        .range(0, op.lengthBytes)
        .payloadCrc32c(checksum.of(payload, payloadBytes))
        .senderNode(context.nodeId)
        .seal();
    write.side = payload;
    write.comparing = true;
    write.askedPeer = connection;
    write.peerDeadlineNs = op.forwardDeadlineNs + context.options.peerSilenceNs();
    write.target.refill.moved(FrameHeader.REQUEST_BYTES + payloadBytes);
    connection.send(payload, 0);
    return true;
  }

  /** Where an answer's payload goes. */
  long placeFor(Connection connection, long tag, int payloadBytes) {
    WriteRequest write = context.writes.find(tag);
    boolean fits =
        write != null
            && write.comparing
            && write.askedPeer == connection
            && payloadBytes == BlockDelta.bitmapBytes(write.op.lengthBytes);
    return fits ? write.side : FrameHandler.DISCARD;
  }

  /** The successor has answered {@link #ask}. */
  void onCompared(WriteRequest write, ReplyFrame answer) {
    write.comparing = false;
    int status = answer.status();
    int payloadBytes = answer.payloadLengthBytes();
    write.target.refill.moved(FrameHeader.REPLY_BYTES + payloadBytes);
    if (status == ReplicaStatus.OK) {
      boolean good =
          payloadBytes == BlockDelta.bitmapBytes(write.op.lengthBytes)
              && checksum.of(write.side, payloadBytes) == answer.payloadCrc32c();
      if (!good || !sendDelta(write, answer)) {
        sendWhole(write);
      }
    } else if (isWithoutBase(status)) {
      sendWhole(write);
    } else {
      peers.onForwarded(write, status, 0, 0);
    }
  }

  private boolean sendDelta(WriteRequest write, ReplyFrame answer) {
    UpdateOp op = write.op;
    int differingBytes = BlockDelta.differingBytes(write.side, op.lengthBytes);
    int payloadBytes =
        BlockDelta.HEADER_BYTES + BlockDelta.bitmapBytes(op.lengthBytes) + differingBytes;
    if (payloadBytes >= op.lengthBytes) {
      return false;
    }
    long payload = context.buffers.acquire(payloadBytes);
    if (payload == BufferPool.EXHAUSTED) {
      return false;
    }
    BlockDelta.put(
        payload,
        answer.version(),
        answer.digest(),
        answer.lengthBytes(),
        write.side,
        op.dataAddress,
        op.lengthBytes);
    context.buffers.release(write.side);
    write.side = payload;
    write.delta = true;
    write.target.refill.skipped(op.lengthBytes - differingBytes);
    peers.sendUpdate(write, payload, payloadBytes);
    return true;
  }

  private void sendWhole(WriteRequest write) {
    forget(write);
    peers.sendUpdate(write, write.op.dataAddress, write.op.lengthBytes);
  }

  /**
   * The successor has answered an update.
   *
   * @return whether that is not the end of it: the successor could not make the chunk of the blocks
   *     that were sent, so now all of it is sent
   */
  boolean sendsAllAfter(WriteRequest write, int status) {
    if (!write.delta || !isWithoutBase(status)) {
      return false;
    }
    write.target.refill.skipped(
        BlockDelta.differingBytes(write.side + BlockDelta.HEADER_BYTES, write.op.lengthBytes)
            - write.op.lengthBytes);
    sendWhole(write);
    return true;
  }

  /** An update has been forwarded, or could not be. */
  void ended(WriteRequest write, int status) {
    forget(write);
    if (write.op.kind == ChunkUpdate.INSTALL && status == ReplicaStatus.OK) {
      write.target.refill.sent();
    }
  }

  private void forget(WriteRequest write) {
    write.comparing = false;
    write.delta = false;
    if (write.side != Request.NO_BUFFER) {
      context.buffers.release(write.side);
      write.side = Request.NO_BUFFER;
    }
  }

  /** Whether the successor has nothing, or something else by now, to lay blocks over. */
  private static boolean isWithoutBase(int status) {
    return switch (status) {
      case EngineStatus.NO_SUCH_CHUNK,
          EngineStatus.CHUNK_CORRUPT,
          EngineStatus.DEVICE_ERROR,
          EngineStatus.PAYLOAD_CORRUPT,
          EngineStatus.VERSION_MISMATCH,
          ReplicaStatus.BAD_REQUEST ->
          true;
      default -> false;
    };
  }
}
