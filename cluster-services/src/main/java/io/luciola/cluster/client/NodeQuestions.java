package io.luciola.cluster.client;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.EventPoll;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.transport.TcpOptions;
import io.luciola.cluster.transport.TcpTransport;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReplicaStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks storage nodes questions without a payload, one at a time, and waits for each answer. */
final class NodeQuestions implements AutoCloseable, FrameHandler {

  /** Hangs on connections that were made. */
  private static final Object REACHED = new Object();

  private static final int CONNECTIONS = 1024;
  private static final int FRAMES_QUEUED = 2;
  private static final int RECEIVE_BYTES = 64 << 10;
  private static final long BACK_PRESSURE_PAUSE_NS = 10_000_000;
  private static final long NANOS_PER_MICRO = 1000;

  private final EventPoll poll = new EventPoll();
  private final TcpTransport transport;
  private final int mostPayloadBytes;
  private final long timeoutNs;
  private final long payload;
  private final Map<Integer, Connection> connections = new HashMap<>();

  /** Nodes that are not asked any more, with the reason. */
  private final Map<Integer, String> givenUp = new HashMap<>();

  private final RequestFrame request = new RequestFrame();
  private final ReplyFrame reply = new ReplyFrame();
  private final Crc32c checksum = new Crc32c();

  private long tag;
  private NodeAddress asked = new NodeAddress(0, "", 0, false);
  private @Nullable Connection askedOver;
  private @Nullable NodeAnswer answer;
  private @Nullable String failure;

  NodeQuestions(int mostPayloadBytes, long timeoutNs) {
    this.mostPayloadBytes = mostPayloadBytes;
    this.timeoutNs = timeoutNs;
    transport =
        new TcpTransport(
            poll, new TcpOptions(RECEIVE_BYTES, FRAMES_QUEUED, mostPayloadBytes, CONNECTIONS));
    payload = Memory.allocate(mostPayloadBytes);
  }

  /**
   * Asks until there is an answer other than BACK_PRESSURE.
   *
   * @param question begins the request and fills it in, with the tag that it finds in it
   */
  NodeAnswer ask(NodeAddress node, Consumer<RequestFrame> question) {
    String reason = givenUp.get(node.id());
    if (reason != null) {
      throw new ProbeException(reason);
    }
    long startNs = System.nanoTime();
    while (true) {
      NodeAnswer given = askOnce(node, question, startNs);
      if (given.status() != EngineStatus.BACK_PRESSURE) {
        return given;
      }
      poll.sleep(BACK_PRESSURE_PAUSE_NS);
    }
  }

  private NodeAnswer askOnce(NodeAddress node, Consumer<RequestFrame> question, long startNs) {
    tag++;
    asked = node;
    answer = null;
    failure = null;
    Connection connection = connectionTo(node);
    askedOver = connection;
    send(connection, question);
    while (answer == null) {
      transport.flush();
      poll.poll();
      transport.flush();
      if (failure != null) {
        throw giveUp(node, failure);
      }
      long leftNs = timeoutNs - (System.nanoTime() - startNs);
      if (answer == null && leftNs <= 0) {
        String silent =
            node
                + (connection.isConnected() ? " does not answer" : " cannot be reached")
                + " within "
                + timeoutNs / 1_000_000
                + " ms";
        connection.close("no answer");
        throw giveUp(node, silent);
      }
      if (answer == null) {
        poll.sleep(leftNs);
      }
    }
    return answer;
  }

  private Connection connectionTo(NodeAddress node) {
    Connection connection = connections.get(node.id());
    if (connection == null) {
      connection = transport.connect(node.host(), node.port(), this);
      connections.put(node.id(), connection);
    }
    return connection;
  }

  private void send(Connection connection, Consumer<RequestFrame> question) {
    long header = connection.claim();
    if (header == Connection.REFUSED) {
      failure = asked + " cannot be reached";
      return;
    }
    request.wrap(header);
    request.begin(Opcode.PING, tag, 0);
    question.accept(request);
    request.deadlineMicros(Math.clamp(timeoutNs / NANOS_PER_MICRO, 1, Integer.MAX_VALUE)).seal();
    connection.send(0, 0);
  }

  private ProbeException giveUp(NodeAddress node, String message) {
    givenUp.put(node.id(), message);
    return new ProbeException(message);
  }

  @Override
  public void onConnected(Connection connection) {
    connection.attach(REACHED);
  }

  @Override
  public long onHeader(Connection connection, long headerAddress, int payloadBytes) {
    reply.wrap(headerAddress);
    if (!Opcode.isReply(reply.opcode())) {
      connection.close("a request where an answer belongs");
      return DISCARD;
    }
    return connection == askedOver && reply.tag() == tag && payloadBytes <= mostPayloadBytes
        ? payload
        : DISCARD;
  }

  @Override
  public void onFrame(Connection connection, long headerAddress, long payloadAddress) {
    reply.wrap(headerAddress);
    int payloadBytes = reply.payloadLengthBytes();
    if (payloadBytes > 0
        && reply.status() == ReplicaStatus.OK
        && checksum.of(payloadAddress, payloadBytes) != reply.payloadCrc32c()) {
      failure = "the answer of " + asked + " arrived damaged";
      return;
    }
    answer = new NodeAnswer(asked, reply.status(), reply.version(), payloadAddress, payloadBytes);
  }

  @Override
  public void onSent(Connection connection, long token) {
    // Questions have no payload.
  }

  @Override
  public void onClosed(Connection connection, String reason) {
    connections.values().remove(connection);
    if (connection == askedOver && answer == null && failure == null) {
      failure =
          connection.attachment() == REACHED
              ? asked
                  + " ended the connection ("
                  + reason
                  + "): it stopped, or its release does not know the question"
              : asked + " cannot be reached: " + reason;
    }
  }

  @Override
  public void close() {
    transport.close();
    poll.close();
    Memory.free(payload, mostPayloadBytes);
  }
}
