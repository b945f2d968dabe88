package io.luciola.cluster.client;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.client.Piece.State;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.transport.Transport;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.ReplyFrame;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.RetryClass;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings pieces to their chains: chooses the replica, sends, judges the answer, and sends again
 * until the operation's deadline.
 */
final class PieceDispatcher implements FrameHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ChainDataPath.class);
  private static final long TICK_NS = 5_000_000;

  private static final int SEEN_CHUNKS = 1 << 16;

  /** Most of the time left that a node is not told of, so that its reason arrives in time. */
  private static final long MAX_MARGIN_NS = 200_000_000;

  private final Supplier<RoutingTable> routing;
  private final IntConsumer suspects;
  private final DataPathOptions options;
  private final RandomGenerator random;
  private final PieceListener listener;
  private final NodeLinks links;
  private final ReplicaChoice choice;
  private final PieceFrames frames;
  private final FailureLog failures = new FailureLog();
  private final Crc32c checksum = new Crc32c();
  private final ReplyFrame reply = new ReplyFrame();
  private final Piece[] pieces;
  private final int[] free;
  private int freeCount;
  private @Nullable SeenVersions seen; // once a monotonic read has been asked for
  private int waiting;
  private long nowNs;
  private long nextTickNs;
  private long nextRetryNs = Long.MAX_VALUE;
  private RoutingTable followed;
  private boolean closed;

  PieceDispatcher(
      Transport transport,
      Supplier<RoutingTable> routing,
      IntConsumer suspects,
      DataPathOptions options,
      long clientId,
      RandomGenerator random,
      PieceListener listener) {
    this.routing = routing;
    this.suspects = suspects;
    this.followed = routing.get();
    this.options = options;
    this.random = random;
    this.listener = listener;
    links = new NodeLinks(transport, this, options.silenceNs());
    choice = new ReplicaChoice(links, random);
    frames = new PieceFrames(clientId);
    pieces = new Piece[options.maxPieces()];
    free = new int[pieces.length];
    for (int i = pieces.length - 1; i >= 0; i--) {
      pieces[i] = new Piece(i);
      free[freeCount++] = i;
    }
  }

  void setNow(long now) {
    nowNs = now;
  }

  boolean hasRoom() {
    return freeCount > 0;
  }

  int inFlight() {
    return pieces.length - freeCount;
  }

  /** Starts the next piece of an operation that has more; there must be room. */
  void start(Operation operation) {
    Piece piece = pieces[free[--freeCount]];
    operation.cutNext(piece);
    operation.piecesInFlight++;
    piece.begin();
    if (seen == null && operation.mode == ReadMode.MONOTONIC) {
      seen = new SeenVersions(SEEN_CHUNKS);
    }
    piece.payloadCrc32c =
        piece.kind == ChunkUpdate.WRITE ? checksum.of(piece.address, piece.lengthBytes) : 0;
    send(piece);
  }

  /** Retries, gives up on what is due, and follows the chains. */
  void onTime() {
    followRouting();
    if (waiting > 0 && nowNs >= nextRetryNs) {
      sendDue();
    }
    if (nowNs >= nextTickNs) {
      nextTickNs = nowNs + TICK_NS;
      links.onTick(nowNs);
      giveUpOverdue();
    }
  }

  /** How long the owner may sleep while pieces are in flight. */
  long sleepNs() {
    long ns = nextTickNs - nowNs;
    return Math.max(waiting > 0 ? Math.min(ns, nextRetryNs - nowNs) : ns, 0);
  }

  /** Nothing completes any more. */
  void close() {
    closed = true;
  }

  // ---- sending

  private void send(Piece piece) {
    RoutingTable table = routing.get();
    ChainRoute route = table.route(piece.chainId);
    if (route == null || route.servingCount() == 0) {
      piece.lastReason =
          route == null ? "the routing map has no such chain" : "no replica of the chain serves";
      piece.sentChainVersion = route == null ? 0 : route.version();
      retryLater(piece, ReplicaStatus.NOT_SERVING);
      return;
    }
    int place = piece.isRead() ? choice.choose(piece, route, table, nowNs) : 0;
    NodeLink link = links.linkTo(route.node(place));
    piece.link = link;
    piece.place = place;
    piece.sentChainVersion = route.version();
    Connection connection = links.connect(link, table, nowNs);
    if (connection == null) {
      attemptFailed(piece, ReplicaStatus.TRANSPORT, link.lastFailure);
      return;
    }
    piece.nextGeneration();
    chooseFreshness(piece);
    long leftNs = piece.operation.deadlineNs - nowNs;
    long tellNs = leftNs - Math.min(leftNs / 8, MAX_MARGIN_NS);
    if (piece.isRead()) {
      tellNs = Math.min(tellNs, options.readTimeoutNs());
    }
    if (!frames.send(piece, connection, route, place, tellNs)) {
      retryLater(piece, EngineStatus.BACK_PRESSURE);
      return;
    }
    links.onAsked(link, nowNs);
    piece.state = State.SENT;
    piece.repeat = !piece.isRead();
    piece.attemptDeadlineNs =
        piece.isRead()
            ? Math.min(piece.operation.deadlineNs, nowNs + options.readTimeoutNs())
            : piece.operation.deadlineNs;
  }

  /**
   * A chain that has changed has its reason: what waits for it need not wait longer, and who is not
   * asked any more may never answer.
   */
  private void followRouting() {
    RoutingTable newest = routing.get();
    if (newest == followed) {
      return;
    }
    followed = newest;
    for (Piece piece : pieces) {
      if (piece.state == State.FREE) {
        continue;
      }
      ChainRoute route = newest.route(piece.chainId);
      if (route == null || route.version() == piece.sentChainVersion) {
        continue;
      }
      if (piece.state == State.WAITING) {
        piece.backoffNs = 0;
        piece.retryNs = nowNs;
        nextRetryNs = nowNs;
      } else if (!isAsked(piece, route)) {
        abandon(piece);
        if (piece.state == State.SENT) {
          piece.lastStatus = ReplicaStatus.NOT_SERVING;
          piece.lastReason = "the chain has changed";
          send(piece);
        }
      }
    }
  }

  /** Whether a piece that was sent is where it would be sent now, or where it can be answered. */
  private static boolean isAsked(Piece piece, ChainRoute route) {
    int most = piece.isRead() ? route.servingCount() : Math.min(1, route.servingCount());
    for (int place = 0; place < most; place++) {
      if (route.node(place) == piece.link.nodeId) {
        return true;
      }
    }
    return false;
  }

  private void chooseFreshness(Piece piece) {
    piece.readMode = piece.operation.mode;
    piece.minVersion = 0;
    if (piece.readMode == ReadMode.MONOTONIC) {
      piece.minVersion = seen.of(piece.chunkHi, piece.chunkLo);
      if (piece.minVersion == SeenVersions.UNKNOWN) {
        piece.readMode = ReadMode.LINEARIZABLE;
      }
    }
  }

  private void retryLater(Piece piece, int status) {
    piece.lastStatus = status;
    piece.backoffNs =
        piece.backoffNs == 0
            ? options.retryMinNs()
            : Math.min(2 * piece.backoffNs, options.retryMaxNs());
    // Between half and the whole, so that those who failed together do not come back together.
    long waitNs = piece.backoffNs / 2 + (long) (random.nextDouble() * piece.backoffNs / 2);
    piece.state = State.WAITING;
    piece.retryNs = nowNs + waitNs;
    waiting++;
    nextRetryNs = Math.min(nextRetryNs, piece.retryNs);
  }

  private void sendDue() {
    nextRetryNs = Long.MAX_VALUE;
    for (Piece piece : pieces) {
      if (piece.state == State.WAITING) {
        if (nowNs >= piece.operation.deadlineNs) {
          waiting--;
          fail(piece, Errno.EIO, "the deadline passed");
        } else if (nowNs >= piece.retryNs) {
          waiting--;
          send(piece);
        } else {
          nextRetryNs = Math.min(nextRetryNs, piece.retryNs);
        }
      }
    }
  }

  private void giveUpOverdue() {
    for (Piece piece : pieces) {
      if (piece.state == State.SENT && nowNs >= piece.attemptDeadlineNs) {
        abandon(piece);
        if (piece.state != State.SENT) {
          continue; // closing its connection has already dealt with it
        }
        if (nowNs >= piece.operation.deadlineNs) {
          fail(piece, Errno.EIO, "the deadline passed");
        } else {
          attemptFailed(piece, ReplicaStatus.TRANSPORT, "no answer in time");
        }
      }
    }
    if (waiting > 0) {
      sendDue();
    }
  }

  /** Nothing may touch the piece's memory any more on account of its last sending. */
  private void abandon(Piece piece) {
    NodeLink link = piece.link;
    Connection connection = link.connection;
    if (connection == null) {
      return;
    }
    if (piece.isRead()) {
      connection.abandonPayload(piece.address);
    }
    if (connection.isQueued(piece.tag())) {
      connection.close(connection.isConnected() ? "it does not take frames" : "cannot connect");
      return;
    }
    link.outstanding--;
    piece.nextGeneration();
  }

  // ---- outcomes

  private void attemptFailed(Piece piece, int status, String reason) {
    piece.lastStatus = status;
    piece.lastReason = reason;
    if (nowNs >= piece.operation.deadlineNs) {
      fail(piece, Errno.EIO, "the deadline passed");
      return;
    }
    if (piece.isRead() && status != EngineStatus.BACK_PRESSURE) {
      piece.triedPlaces |= 1L << piece.place;
    }
    if (piece.isRead() && choice.hasUntried(piece, routing.get())) {
      send(piece);
    } else {
      piece.triedPlaces = 0;
      retryLater(piece, status);
    }
  }

  private void answered(Piece piece, int status) {
    switch (status) {
      case ReplicaStatus.OK -> done(piece, 0);
      case EngineStatus.NO_SUCH_CHUNK -> onNoChunk(piece);
      case EngineStatus.NO_SPACE, EngineStatus.BUDGET_EXCEEDED -> {
        piece.lastStatus = status;
        piece.lastReason = "";
        fail(piece, Errno.ENOSPC, "the chain has no room; delete files or add disks");
      }
      case ReplicaStatus.REPEAT_UNKNOWN -> {
        // The head was restarted and another writer has come since. Nobody was told that this
        // write was done, so it may as well be done now, under a new number.
        piece.sequence++;
        piece.repeat = false;
        retryLater(piece, status);
      }
      case ReplicaStatus.DEADLINE_EXCEEDED -> attemptFailed(piece, status, "");
      default -> {
        if (ReplicaStatus.retryClass(status) == RetryClass.PERMANENT) {
          piece.lastStatus = status;
          piece.lastReason = "";
          fail(piece, Errno.EIO, "trying again does not help");
        } else {
          attemptFailed(piece, status, "");
        }
      }
    }
  }

  private void onNoChunk(Piece piece) {
    if (piece.kind == ChunkUpdate.WRITE) {
      piece.lastStatus = EngineStatus.NO_SUCH_CHUNK;
      fail(piece, Errno.EIO, "a write makes its chunk, but the head says that there is none");
      return;
    }
    if (piece.isRead()) {
      Memory.fill(piece.address, piece.lengthBytes, (byte) 0);
    }
    if (seen != null) {
      seen.forget(piece.chunkHi, piece.chunkLo);
    }
    done(piece, 0);
  }

  private void fail(Piece piece, int errno, String outcome) {
    if (piece.operation.error == 0) {
      failures.onFailure(piece, outcome, nowNs);
    }
    done(piece, -errno);
  }

  private void done(Piece piece, int error) {
    Operation operation = piece.operation;
    piece.state = State.FREE;
    piece.operation = null;
    piece.nextGeneration();
    free[freeCount++] = piece.slot;
    if (operation.error == 0) {
      operation.error = error;
    }
    operation.piecesInFlight--;
    listener.onPieceDone(operation);
  }

  // ---- what connections say

  @Override
  public void onConnected(Connection connection) {
    NodeLink link = links.linkOf(connection);
    if (link != null) {
      links.onHeard(link, nowNs);
    }
  }

  @Override
  public long onHeader(Connection connection, long headerAddress, int payloadBytes) {
    reply.wrap(headerAddress);
    NodeLink link = links.linkOf(connection);
    if (link == null || !Opcode.isReply(reply.opcode())) {
      LOG.warn("closing the connection with {}: unexpected frame", connection.peer());
      connection.close("unexpected frame");
      return DISCARD;
    }
    links.onHeard(link, nowNs);
    if (reply.opcode() == (Opcode.PING | Opcode.REPLY)) {
      return DISCARD;
    }
    Piece piece = find(reply.tag(), link);
    if (piece == null) {
      return DISCARD;
    }
    int most = piece.isRead() && reply.status() == ReplicaStatus.OK ? piece.lengthBytes : 0;
    if (payloadBytes > most) {
      LOG.warn(
          "closing the connection with {}: {} bytes came where at most {} were asked for",
          connection.peer(),
          payloadBytes,
          most);
      connection.close("unexpected payload");
      return DISCARD;
    }
    return piece.isRead() ? piece.address : headerAddress;
  }

  @Override
  public void onFrame(Connection connection, long headerAddress, long payloadAddress) {
    reply.wrap(headerAddress);
    NodeLink link = links.linkOf(connection);
    Piece piece = link == null ? null : find(reply.tag(), link);
    if (piece == null) {
      return;
    }
    link.outstanding--;
    if (seen != null && reply.status() == ReplicaStatus.OK) {
      seen.saw(piece.chunkHi, piece.chunkLo, reply.version());
    }
    if (piece.isRead() && reply.status() == ReplicaStatus.OK) {
      onBytes(piece);
    } else {
      answered(piece, reply.status());
    }
  }

  private void onBytes(Piece piece) {
    int bytes = reply.payloadLengthBytes();
    if (checksum.of(piece.address, bytes) != reply.payloadCrc32c()) {
      LOG.warn("{} sent bytes that do not match their checksum; asking again", piece.link);
      attemptFailed(piece, EngineStatus.PAYLOAD_CORRUPT, "");
      return;
    }
    if (bytes < piece.lengthBytes) {
      Memory.fill(piece.address + bytes, piece.lengthBytes - bytes, (byte) 0);
    }
    done(piece, 0);
  }

  private @Nullable Piece find(long tag, NodeLink link) {
    int slot = (int) tag;
    if (slot < 0 || slot >= pieces.length) {
      return null;
    }
    Piece piece = pieces[slot];
    return piece.state == State.SENT && piece.tag() == tag && piece.link == link ? piece : null;
  }

  @Override
  public void onSent(Connection connection, long token) {
    // A piece's memory is in use until its answer, which comes later.
  }

  @Override
  public void onClosed(Connection connection, String reason) {
    NodeLink link = links.linkOf(connection);
    if (link == null || closed) {
      return;
    }
    links.onClosed(link, reason, nowNs);
    suspects.accept(link.nodeId);
    for (Piece piece : pieces) {
      if (piece.state == State.SENT && piece.link == link) {
        attemptFailed(piece, ReplicaStatus.TRANSPORT, reason);
      }
    }
  }

  /** Learns what became of pieces. */
  @FunctionalInterface
  interface PieceListener {
    /** A piece of the operation ended, one way or the other. */
    void onPieceDone(Operation operation);
  }
}
