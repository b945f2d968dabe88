package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.Digest;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.wire.BlockDelta;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReadOp;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;
import org.jspecify.annotations.Nullable;

/**
 * Fetches chunks that are corrupt here: reads them from one serving replica after the other, until
 * one has the version, length and digest that this target knows of the chunk.
 */
final class RepairLinks {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  private final NodeContext context;
  private final PeerLinks peers;
  private final RequestFrame frame = new RequestFrame();

  RepairLinks(NodeContext context, PeerLinks peers) {
    this.context = context;
    this.peers = peers;
  }

  /** Begins with the first replica of the chain; the request has a buffer for the content. */
  void load(WriteRequest write, int chainVersion) {
    write.forwardChainVersion = chainVersion;
    write.peerPlace = 0;
    write.peerDeadlineNs = 0;
    askNext(write);
  }

  private void askNext(WriteRequest write) {
    ChainRoute route = context.routing.route(write.target.chainId);
    while (route != null && write.peerPlace < route.servingCount()) {
      long peer = route.target(write.peerPlace);
      write.peerPlace++;
      if (peer != write.target.targetId && ask(write, peer)) {
        return;
      }
    }
    end(write, EngineStatus.VERSION_MISMATCH);
  }

  private boolean ask(WriteRequest write, long peer) {
    Connection connection = peers.connectionTo(peer);
    long header = connection == null ? Connection.REFUSED : connection.claim();
    if (header == Connection.REFUSED) {
      return false;
    }
    UpdateOp op = write.op;
    long timeoutNs = context.options.replica().forwardTimeoutNs();
    frame.wrap(header);
    frame
        .begin(Opcode.READ, write.tag(), 0)
        .deadlineMicros(peers.microsUntil(context.nowNs + timeoutNs))
        .chain(write.target.chainId, write.forwardChainVersion)
        .targetId(peer)
        .chunk(op.chunkHi, op.chunkLo)
        .range(0, op.resultLengthBytes)
        .readMode(ReadOp.COMMITTED_LOCAL)
        .senderNode(context.nodeId)
        .seal();
    write.repairing = true;
    write.askedPeer = connection;
    write.peerDeadlineNs = context.nowNs + timeoutNs + context.options.peerSilenceNs();
    connection.send(0, 0);
    return true;
  }

  /** Where an answer's payload goes. */
  long placeFor(Connection connection, long tag, int payloadBytes) {
    WriteRequest write = asked(connection, tag);
    return write != null && payloadBytes == write.op.resultLengthBytes
        ? write.buffer
        : FrameHandler.DISCARD;
  }

  /** A replica has answered. */
  void onAnswer(Connection connection, ReplyFrame answer) {
    WriteRequest write = asked(connection, answer.tag());
    if (write == null) {
      return;
    }
    write.repairing = false;
    write.askedPeer = null;
    if (isTheSame(write, answer)) {
      write.op.dataAddress = write.buffer;
      write.op.dataCrc32c = answer.payloadCrc32c();
      end(write, ReplicaStatus.OK);
    } else {
      askNext(write);
    }
  }

  /** The connection is gone over which a replica was asked. */
  void onClosed(WriteRequest write) {
    write.repairing = false;
    askNext(write);
  }

  private boolean isTheSame(WriteRequest write, ReplyFrame answer) {
    UpdateOp op = write.op;
    int lengthBytes = op.resultLengthBytes;
    return answer.status() == ReplicaStatus.OK
        && answer.version() == op.version
        && answer.payloadLengthBytes() == lengthBytes
        && peers.checksum(write.buffer, lengthBytes) == answer.payloadCrc32c()
        && digest(write.buffer, lengthBytes) == op.resultDigest;
  }

  /**
   * The digest of a content as the engine has it; what is behind it in the last block is zeroed.
   */
  private long digest(long content, int lengthBytes) {
    int blocks = BlockDelta.blocks(lengthBytes);
    Memory.fill(content + lengthBytes, (long) blocks * BLOCK_BYTES - lengthBytes, (byte) 0);
    long digest = 0;
    for (int block = 0; block < blocks; block++) {
      int crc = peers.checksum(content + (long) block * BLOCK_BYTES, BLOCK_BYTES);
      digest += Digest.term(block, BlockChecksums.kept(crc));
    }
    return digest;
  }

  private @Nullable WriteRequest asked(Connection connection, long tag) {
    WriteRequest write = context.writes.find(tag);
    return write != null && write.repairing && write.askedPeer == connection ? write : null;
  }

  private void end(WriteRequest write, int status) {
    write.target.replica.onPendingLoaded(write.op, status, context.nowNs);
  }
}
