package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReadOp;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections which a node makes to others, one to each: updates to successors and version
 * queries to tails go out, their answers come in. Everything asked ends exactly once: with the
 * answer, or with TRANSPORT after the connection is closed.
 */
final class PeerLinks implements FrameHandler {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLinks.class);

  private final NodeContext context;
  private final RequestFrame request = new RequestFrame();
  private final ReplyFrame answer = new ReplyFrame();
  private final List<Link> links = new ArrayList<>();
  private final Crc32c checksum = new Crc32c();
  private final DeltaSender deltas;
  private final RepairLinks repairs;
  private @Nullable RefillLinks refills;

  PeerLinks(NodeContext context) {
    this.context = context;
    this.deltas = new DeltaSender(context, this);
    this.repairs = new RepairLinks(context, this);
  }

  void setRefills(RefillLinks newRefills) {
    refills = newRefills;
  }

  /** The connection to the node that holds a target; null when there is none now. */
  @Nullable Connection connectionTo(long targetId) {
    return linkTo(context.routing.nodeOf(targetId)).connectionOrNull();
  }

  int checksum(long address, int lengthBytes) {
    return checksum.of(address, lengthBytes);
  }

  /** Sends an update to the successor. */
  void forward(WriteRequest write, long successorTargetId, int chainVersion) {
    write.successorTargetId = successorTargetId;
    write.forwardChainVersion = chainVersion;
    if (!deltas.ask(write)) {
      boolean carriesData = ChunkUpdate.carriesData(write.op.kind);
      sendUpdate(write, write.op.dataAddress, carriesData ? write.op.lengthBytes : 0);
    }
  }

  /** Fetches a chunk that is corrupt here from another replica. */
  void load(WriteRequest write, int chainVersion) {
    repairs.load(write, chainVersion);
  }

  /** Sends an update with its data, or what is to be sent in the place of it. */
  void sendUpdate(WriteRequest write, long payload, int payloadBytes) {
    Link link = linkTo(context.routing.nodeOf(write.successorTargetId));
    Connection connection = link.connectionOrNull();
    if (connection == null) {
      onForwarded(write, ReplicaStatus.TRANSPORT, 0, 0);
      return;
    }
    long header = connection.claim();
    if (header == Connection.REFUSED) {
      onForwarded(write, ReplicaStatus.OVERLOADED, 0, 0);
      return;
    }
    UpdateOp op = write.op;
    request.wrap(header);
    request
        .begin(Opcode.UPDATE, write.tag(), payloadBytes)
        .deadlineMicros(microsUntil(op.forwardDeadlineNs))
        .chain(write.target.chainId, write.forwardChainVersion)
        .kind(op.kind)
        .targetId(write.successorTargetId)
        .chunk(op.chunkHi, op.chunkLo)
        .version(op.version)
        .writer(op.clientId, op.channel, op.sequence)
        .range(op.offsetBytes, op.lengthBytes)
        .capacityBytes(op.capacityBytes)
        .payloadCrc32c(op.dataCrc32c)
        .senderNode(context.nodeId)
        .repeat(op.repeat)
        .delta(write.delta)
        .base(op.baseDigest, op.baseLengthBytes)
        .seal();
    write.askedPeer = connection;
    write.peerDeadlineNs = op.forwardDeadlineNs + context.options.peerSilenceNs();
    if (op.refill || op.kind == ChunkUpdate.INSTALL) {
      write.target.refill.moved(FrameHeader.REQUEST_BYTES + payloadBytes + FrameHeader.REPLY_BYTES);
    }
    connection.send(payload, 0);
  }

  /** Asks the tail which version of the read's chunk is committed. */
  void queryVersion(ReadRequest read, long tailTargetId, int chainVersion) {
    Link link = linkTo(context.routing.nodeOf(tailTargetId));
    Connection connection = link.connectionOrNull();
    long header = connection == null ? Connection.REFUSED : connection.claim();
    if (header == Connection.REFUSED) {
      int status = connection == null ? ReplicaStatus.TRANSPORT : ReplicaStatus.OVERLOADED;
      onCommittedVersion(read, status, 0);
      return;
    }
    ReadOp op = read.op;
    request.wrap(header);
    request
        .begin(Opcode.VERSION_QUERY, read.tag(), 0)
        .deadlineMicros(microsUntil(op.deadlineNs))
        .chain(read.target.chainId, chainVersion)
        .targetId(tailTargetId)
        .chunk(op.chunkHi, op.chunkLo)
        .senderNode(context.nodeId)
        .seal();
    read.askedPeer = connection;
    read.peerDeadlineNs = context.nowNs + context.options.peerSilenceNs();
    connection.send(0, 0);
  }

  /** Gives up on peers that owe an answer for too long. */
  void onTick() {
    for (int i = 0; i < context.writes.size(); i++) {
      giveUpIfOverdue(context.writes.at(i));
    }
    for (int i = 0; i < context.reads.size(); i++) {
      giveUpIfOverdue(context.reads.at(i));
    }
    refills.onTick();
  }

  /**
   * Closes connections to nodes on which no replica is written or read any more: nobody waits for
   * their answers.
   */
  void onRouting() {
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      if (link.connection != null && !context.routing.hasReplicasOn(link.nodeId)) {
        link.connection.close("the routing map has no replica there now");
      }
    }
  }

  /** The node that holds a target, for messages. */
  String describe(long targetId) {
    int nodeId = context.routing.nodeOf(targetId);
    NodeAddress address = context.routing.node(nodeId);
    return address == null ? "node " + nodeId : address.toString();
  }

  /** Why the node that holds a target could last not be reached, for messages. */
  String lastFailure(long targetId) {
    return linkTo(context.routing.nodeOf(targetId)).lastFailure;
  }

  // ---- what connections say

  @Override
  public void onConnected(Connection connection) {
    LOG.debug("node {}: connected to {}", context.nodeId, connection.peer());
  }

  @Override
  public long onHeader(Connection connection, long headerAddress, int payloadBytes) {
    answer.wrap(headerAddress);
    int opcode = answer.opcode();
    if (opcode == (Opcode.UPDATE | Opcode.REPLY)
        || opcode == (Opcode.VERSION_QUERY | Opcode.REPLY)
        || opcode == (Opcode.COMPARE_CHUNKS | Opcode.REPLY)
        || opcode == (Opcode.REFILLED | Opcode.REPLY)) {
      return headerAddress;
    }
    if (opcode == (Opcode.COMPARE_BLOCKS | Opcode.REPLY)) {
      return payloadBytes == 0
          ? headerAddress
          : deltas.placeFor(connection, answer.tag(), payloadBytes);
    }
    if (opcode == (Opcode.READ | Opcode.REPLY)) {
      return payloadBytes == 0
          ? headerAddress
          : repairs.placeFor(connection, answer.tag(), payloadBytes);
    }
    if (opcode == (Opcode.LIST_CHUNKS | Opcode.REPLY)) {
      return payloadBytes == 0 ? headerAddress : refills.placeFor(answer.tag(), payloadBytes);
    }
    LOG.warn(
        "closing the connection with {}: {} is no answer to a storage node",
        connection.peer(),
        Opcode.name(opcode));
    connection.close("unexpected frame");
    return DISCARD;
  }

  @Override
  public void onFrame(Connection connection, long headerAddress, long payloadAddress) {
    answer.wrap(headerAddress);
    if (answer.opcode() == (Opcode.UPDATE | Opcode.REPLY)
        || answer.opcode() == (Opcode.COMPARE_BLOCKS | Opcode.REPLY)) {
      onUpdateAnswer(connection);
    } else if (answer.opcode() == (Opcode.READ | Opcode.REPLY)) {
      repairs.onAnswer(connection, answer);
    } else if (answer.opcode() != (Opcode.VERSION_QUERY | Opcode.REPLY)) {
      refills.onAnswer(connection, answer);
    } else {
      ReadRequest read = context.reads.find(answer.tag());
      if (read != null && read.askedPeer == connection) {
        read.askedPeer = null;
        onCommittedVersion(read, answer.status(), answer.version());
      }
    }
  }

  private void onUpdateAnswer(Connection connection) {
    WriteRequest write = context.writes.find(answer.tag());
    boolean compared = answer.opcode() == (Opcode.COMPARE_BLOCKS | Opcode.REPLY);
    if (write == null || write.askedPeer != connection || write.comparing != compared) {
      return;
    }
    write.askedPeer = null;
    if (compared) {
      deltas.onCompared(write, answer);
    } else if (!deltas.sendsAllAfter(write, answer.status())) {
      onForwarded(write, answer.status(), answer.digest(), answer.lengthBytes());
    }
  }

  @Override
  public void onSent(Connection connection, long token) {
    // Updates keep their buffer until they are done, which is after the answer.
  }

  @Override
  public void onClosed(Connection connection, String reason) {
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      if (link.connection == connection) {
        link.connection = null;
        link.lastFailure = reason;
        if (!context.closing && context.routing.hasReplicasOn(link.nodeId)) {
          context.cluster.suspect(link.nodeId);
        }
      }
    }
    for (int i = 0; i < context.writes.size(); i++) {
      WriteRequest write = context.writes.at(i);
      if (write.askedPeer == connection) {
        write.askedPeer = null;
        if (write.repairing) {
          repairs.onClosed(write);
        } else {
          onForwarded(write, ReplicaStatus.TRANSPORT, 0, 0);
        }
      }
    }
    for (int i = 0; i < context.reads.size(); i++) {
      ReadRequest read = context.reads.at(i);
      if (read.askedPeer == connection) {
        read.askedPeer = null;
        onCommittedVersion(read, ReplicaStatus.TRANSPORT, 0);
      }
    }
    refills.onClosed(connection);
  }

  // ---- helpers

  void onForwarded(WriteRequest write, int status, long digest, int lengthBytes) {
    deltas.ended(write, status);
    write.target.replica.onForwarded(write.op, status, digest, lengthBytes, context.nowNs);
  }

  private void onCommittedVersion(ReadRequest read, int status, long version) {
    read.target.replica.onCommittedVersion(read.op, status, version, context.nowNs);
  }

  void giveUpIfOverdue(Request asked) {
    Connection peer = asked.askedPeer;
    if (peer != null && context.nowNs >= asked.peerDeadlineNs) {
      peer.close(peer.isConnected() ? "no answer" : "no connection");
    }
  }

  private Link linkTo(int nodeId) {
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).nodeId == nodeId) {
        return links.get(i);
      }
    }
    Link link = new Link(nodeId);
    links.add(link);
    return link;
  }

  int microsUntil(long timeNs) {
    return Math.clamp((timeNs - context.nowNs) / 1000, 1, Integer.MAX_VALUE);
  }

  /** The connection to one node. */
  private final class Link {
    private final int nodeId;
    private @Nullable NodeAddress address;
    private @Nullable Connection connection;
    private boolean tried;
    private long lastTryNs;
    private String lastFailure = "not tried yet";

    Link(int nodeId) {
      this.nodeId = nodeId;
    }

    @Nullable Connection connectionOrNull() {
      NodeAddress now = context.routing.node(nodeId);
      if (now == null || context.closing) {
        lastFailure = "it is not in the routing map";
        return null;
      }
      if (connection != null && samePlace(now)) {
        address = now;
        return connection;
      }
      if (connection != null) {
        connection.close("the node moved to " + now);
      }
      if (tried && context.nowNs - lastTryNs < context.options.reconnectNs()) {
        return null;
      }
      tried = true;
      lastTryNs = context.nowNs;
      address = now;
      connection = context.transport.connect(now.host(), now.port(), PeerLinks.this);
      return connection;
    }

    private boolean samePlace(NodeAddress now) {
      return address != null && now.port() == address.port() && now.host().equals(address.host());
    }
  }
}
