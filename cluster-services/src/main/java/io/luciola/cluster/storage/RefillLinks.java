package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.wire.ChunkRecords;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.RefillBatch;
import io.luciola.craq.ReplicaStatus;
import org.jspecify.annotations.Nullable;

/** Questions to the targets that this node refills, on the connections of {@link PeerLinks}. */
final class RefillLinks {

  private final NodeContext context;
  private final PeerLinks peers;
  private final RequestFrame frame = new RequestFrame();

  RefillLinks(NodeContext context, PeerLinks peers) {
    this.context = context;
    this.peers = peers;
    peers.setRefills(this);
  }

  void compare(HostedTarget target, RefillBatch batch, long successor, int chainVersion, int pass) {
    RefillRequest request = begin(target, Opcode.COMPARE_CHUNKS, batch, pass);
    int payloadBytes = ChunkRecords.write(batch, request.buffer);
    target.refill.compared(batch.count, context.nowNs);
    send(request, successor, chainVersion, payloadBytes);
  }

  void list(HostedTarget target, RefillBatch batch, long successor, int chainVersion, int pass) {
    send(begin(target, Opcode.LIST_CHUNKS, batch, pass), successor, chainVersion, 0);
  }

  void announce(HostedTarget target, long successor, int chainVersion, int pass) {
    send(begin(target, Opcode.REFILLED, null, pass), successor, chainVersion, 0);
  }

  private RefillRequest begin(
      HostedTarget target, int opcode, @Nullable RefillBatch batch, int pass) {
    RefillRequest request = context.refills.acquire();
    request.target = target;
    request.opcode = opcode;
    request.batch = batch;
    request.pass = pass;
    request.buffer = batch == null ? Request.NO_BUFFER : target.refillBuffer();
    return request;
  }

  private void send(RefillRequest request, long successor, int chainVersion, int payloadBytes) {
    // An answer must not come before the question's method returns: failures come with the next
    // tick.
    request.peerDeadlineNs = context.nowNs;
    request.successor = successor;
    if (!request.target.disk.works()) {
      return; // no chunks are found on it, and the successor must not be called complete for that
    }
    Connection connection = peers.connectionTo(successor);
    long header = connection == null ? Connection.REFUSED : connection.claim();
    if (header == Connection.REFUSED) {
      return;
    }
    int crc = payloadBytes == 0 ? 0 : peers.checksum(request.buffer, payloadBytes);
    frame.wrap(header);
    frame
        .begin(request.opcode, request.tag(), payloadBytes)
        .deadlineMicros((int) (context.options.peerSilenceNs() / 1000))
        .chain(request.target.chainId, chainVersion)
        .targetId(successor)
        .version(request.batch == null ? 0 : request.batch.nextCursor)
        .payloadCrc32c(crc)
        .senderNode(context.nodeId)
        .seal();
    request.askedPeer = connection;
    request.target.refill.moved(FrameHeader.REQUEST_BYTES + payloadBytes);
    request.peerDeadlineNs = context.nowNs + context.options.peerSilenceNs();
    connection.send(request.buffer, 0);
  }

  /** Where the answer's payload goes. */
  long placeFor(long tag, int payloadBytes) {
    RefillRequest request = context.refills.find(tag);
    boolean fits =
        request != null
            && request.opcode == Opcode.LIST_CHUNKS
            && ChunkRecords.isValidLength(payloadBytes);
    return fits ? request.buffer : FrameHandler.DISCARD;
  }

  void onAnswer(Connection connection, ReplyFrame answer) {
    RefillRequest request = context.refills.find(answer.tag());
    if (request == null || request.askedPeer != connection) {
      return;
    }
    int status = checked(request, answer);
    request.target.refill.moved(answer.frameLengthBytes());
    if (status == ReplicaStatus.OK && request.opcode == Opcode.COMPARE_CHUNKS) {
      request.batch.setDiffering(answer.version(), answer.digest());
    } else if (status == ReplicaStatus.OK && request.opcode == Opcode.LIST_CHUNKS) {
      ChunkRecords.read(request.batch, request.buffer, answer.payloadLengthBytes());
      request.batch.nextCursor = answer.version();
    }
    end(request, status);
  }

  /** The answer's status, unless its payload is not what was sent. */
  private int checked(RefillRequest request, ReplyFrame answer) {
    int lengthBytes = answer.payloadLengthBytes();
    boolean intact =
        lengthBytes == 0 || peers.checksum(request.buffer, lengthBytes) == answer.payloadCrc32c();
    return intact ? answer.status() : EngineStatus.PAYLOAD_CORRUPT;
  }

  void onClosed(Connection connection) {
    for (int i = 0; i < context.refills.size(); i++) {
      RefillRequest request = context.refills.at(i);
      if (request.inUse && request.askedPeer == connection) {
        end(request, ReplicaStatus.TRANSPORT);
      }
    }
  }

  /** Ends what could not be asked; what is asked and overdue ends with its connection. */
  void onTick() {
    for (int i = 0; i < context.refills.size(); i++) {
      RefillRequest request = context.refills.at(i);
      if (request.inUse && request.askedPeer == null) {
        end(request, ReplicaStatus.TRANSPORT);
      } else if (request.inUse) {
        peers.giveUpIfOverdue(request);
      }
    }
  }

  private void end(RefillRequest request, int status) {
    HostedTarget target = request.target;
    int pass = request.pass;
    boolean announced = request.opcode == Opcode.REFILLED;
    if (announced && status == ReplicaStatus.OK) {
      target.refill.ended(
          target.chainId, target.targetId, peers.describe(request.successor), context.nowNs);
    }
    request.buffer = Request.NO_BUFFER; // the target's own
    context.refills.release(request);
    if (announced) {
      target.replica.onRefillAnnounced(pass, status, context.nowNs);
    } else {
      target.replica.onRefillAnswer(pass, status, context.nowNs);
    }
  }
}
