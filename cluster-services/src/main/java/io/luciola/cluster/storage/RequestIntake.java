package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.wire.BlockDelta;
import io.luciola.cluster.wire.ChunkRecords;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReadOp;
import io.luciola.craq.RefillBatch;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from the connections that come in, and hands each to the replica it is for. A
 * connection is not read from while it has too much in progress or there is no buffer for its next
 * payload.
 */
final class RequestIntake implements FrameHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RequestIntake.class);

  /** Time given to requests that state no limit. */
  private static final long NO_LIMIT_NS = 60_000_000_000L;

  private final NodeContext context;
  private final HostedTargets targets;
  private final Replies replies;
  private final DeltaReceiver deltas;
  private final ChunkDump dump;
  private final Crc32c checksum = new Crc32c();
  private final BufferShares shares;
  private final RequestFrame frame = new RequestFrame();
  private final List<Inbound> inbounds = new ArrayList<>();
  private final RefillBatch batch = new RefillBatch();
  private long accepted;
  private int pausedCount;

  RequestIntake(NodeContext context, HostedTargets targets, Replies replies, DeltaReceiver deltas) {
    this.context = context;
    this.targets = targets;
    this.replies = replies;
    this.deltas = deltas;
    this.dump = new ChunkDump(context, targets, replies);
    this.shares = new BufferShares(context.buffers);
  }

  /** Lets connections go on that waited for buffers or for their own requests. */
  void resumePaused() {
    for (int i = inbounds.size() - 1; i >= 0 && pausedCount > 0; i--) {
      Inbound inbound = inbounds.get(i);
      if (inbound.paused) {
        inbound.paused = false;
        pausedCount--;
        inbound.connection.resume();
      }
      i = Math.min(i, inbounds.size());
    }
  }

  boolean hasPaused() {
    return pausedCount > 0;
  }

  @Override
  public void onConnected(Connection connection) {
    Inbound inbound = new Inbound(connection, ++accepted);
    connection.attach(inbound);
    inbounds.add(inbound);
  }

  @Override
  public long onHeader(Connection connection, long headerAddress, int payloadBytes) {
    Inbound inbound = (Inbound) connection.attachment();
    frame.wrap(headerAddress);
    int opcode = frame.opcode();
    if (Opcode.isReply(opcode)) {
      LOG.warn(
          "closing the connection with {}: {} is no request",
          connection.peer(),
          Opcode.name(opcode));
      connection.close("unexpected frame");
      return DISCARD;
    }
    if (inbound.inFlight >= context.options.maxRequestsPerConnection()) {
      return pause(inbound);
    }
    long place =
        switch (opcode) {
          case Opcode.READ -> startRead(inbound);
          case Opcode.WRITE, Opcode.UPDATE -> startUpdate(inbound, opcode, payloadBytes);
          case Opcode.COMPARE_CHUNKS ->
              startCompare(inbound, ChunkRecords.isValidLength(payloadBytes), payloadBytes);
          case Opcode.COMPARE_BLOCKS ->
              startCompare(
                  inbound,
                  deltas.fits(frame.lengthBytes())
                      && payloadBytes == BlockDelta.checksumsBytes(frame.lengthBytes()),
                  payloadBytes);
          default -> headerAddress;
        };
    if (place == PAUSE) {
      return pause(inbound);
    }
    if (connection.isOpen()) {
      inbound.inFlight++;
    }
    return place;
  }

  @Override
  public void onFrame(Connection connection, long headerAddress, long payloadAddress) {
    Inbound inbound = (Inbound) connection.attachment();
    frame.wrap(headerAddress);
    Request request = inbound.receiving;
    inbound.receiving = null;
    switch (frame.opcode()) {
      case Opcode.READ -> read((ReadRequest) request);
      case Opcode.WRITE, Opcode.UPDATE -> update(inbound, (WriteRequest) request);
      case Opcode.VERSION_QUERY -> queryVersion(inbound);
      case Opcode.COMPARE_CHUNKS -> compareChunks(inbound, (WriteRequest) request);
      case Opcode.COMPARE_BLOCKS -> compareBlocks(inbound, (WriteRequest) request);
      case Opcode.LIST_CHUNKS -> listChunks(inbound);
      case Opcode.REFILLED -> refilled(inbound);
      case Opcode.DUMP_CHUNKS -> dump.answer(inbound, frame);
      default -> replies.status(inbound, frame.opcode(), frame.tag(), ReplicaStatus.OK);
    }
  }

  @Override
  public void onSent(Connection connection, long token) {
    Inbound inbound = (Inbound) connection.attachment();
    inbound.inFlight--;
    if (token != Replies.NO_REQUEST) {
      context.release(context.reads.find(token));
    }
  }

  @Override
  public void onClosed(Connection connection, String reason) {
    Inbound inbound = (Inbound) connection.attachment();
    inbounds.remove(inbound);
    if (inbound.paused) {
      inbound.paused = false;
      pausedCount--;
    }
    if (inbound.receiving instanceof WriteRequest write) {
      context.release(write);
    } else if (inbound.receiving instanceof ReadRequest read) {
      context.release(read);
    }
    inbound.receiving = null;
    for (int i = 0; i < context.reads.size(); i++) {
      ReadRequest read = context.reads.at(i);
      if (read.inUse && read.inbound == inbound && read.answered) {
        context.release(read);
      }
    }
    LOG.debug("node {}: connection with {} ended: {}", context.nodeId, connection.peer(), reason);
  }

  // ---- headers

  private long pause(Inbound inbound) {
    inbound.paused = true;
    pausedCount++;
    return PAUSE;
  }

  private long startRead(Inbound inbound) {
    int offsetBytes = frame.offsetBytes();
    int lengthBytes = frame.lengthBytes();
    int inBlock = offsetBytes & (ChunkEngine.BLOCK_BYTES - 1);
    long needed =
        (inBlock + (long) lengthBytes + ChunkEngine.BLOCK_BYTES - 1) & -ChunkEngine.BLOCK_BYTES;
    if (offsetBytes < 0 || lengthBytes <= 0 || needed > context.buffers.maxBufferBytes()) {
      return refuse(inbound, ReplicaStatus.BAD_REQUEST);
    }
    long buffer = shares.acquireForRead((int) needed);
    if (buffer == BufferPool.EXHAUSTED) {
      return PAUSE;
    }
    ReadRequest request = context.reads.acquire();
    request.inbound = inbound;
    request.askerTag = frame.tag();
    request.buffer = buffer;
    inbound.receiving = request;
    return buffer;
  }

  private long startUpdate(Inbound inbound, int opcode, int payloadBytes) {
    if (opcode == Opcode.UPDATE && !isNewestOf(inbound)) {
      return DISCARD;
    }
    int kind = frame.kind();
    boolean carriesData = ChunkUpdate.carriesData(kind);
    boolean badLength =
        frame.delta()
            ? opcode != Opcode.UPDATE
                || kind != ChunkUpdate.INSTALL
                || !deltas.fits(frame.lengthBytes())
                || payloadBytes >= frame.lengthBytes()
            : payloadBytes != (carriesData ? frame.lengthBytes() : 0);
    if (frame.lengthBytes() < 0
        || badLength
        || (opcode == Opcode.UPDATE) != (frame.version() != 0)) {
      return refuse(inbound, ReplicaStatus.BAD_REQUEST);
    }
    long buffer = Request.NO_BUFFER;
    if (payloadBytes > 0) {
      ChainRoute route = context.routing.route(frame.chainId());
      int successors = route == null ? 0 : route.successorsOf(frame.targetId());
      buffer = shares.acquireForUpdate(payloadBytes, successors);
      if (buffer == BufferPool.EXHAUSTED) {
        // A predecessor's connection also carries updates which others wait for: it is not stopped,
        // the predecessor repeats this one.
        return opcode == Opcode.WRITE ? PAUSE : refuse(inbound, EngineStatus.BACK_PRESSURE);
      }
    }
    WriteRequest request = context.writes.acquire();
    request.inbound = inbound;
    request.askerTag = frame.tag();
    request.opcode = opcode;
    request.buffer = buffer;
    inbound.receiving = request;
    return buffer;
  }

  private long startCompare(Inbound inbound, boolean valid, int payloadBytes) {
    if (!valid) {
      return refuse(inbound, ReplicaStatus.BAD_REQUEST);
    }
    long buffer = Request.NO_BUFFER;
    if (payloadBytes > 0) {
      buffer = context.buffers.acquire(payloadBytes);
      if (buffer == BufferPool.EXHAUSTED) {
        return refuse(inbound, EngineStatus.BACK_PRESSURE);
      }
    }
    WriteRequest request = context.writes.acquire();
    request.buffer = buffer;
    inbound.receiving = request;
    return buffer;
  }

  private long refuse(Inbound inbound, int status) {
    replies.status(inbound, frame.opcode(), frame.tag(), status);
    return DISCARD;
  }

  /**
   * What a predecessor sent over an earlier connection must not be seen after what it sends over a
   * later one.
   */
  private boolean isNewestOf(Inbound inbound) {
    int sender = frame.senderNode();
    if (inbound.senderNode == sender) {
      return true;
    }
    inbound.senderNode = sender;
    for (int i = inbounds.size() - 1; i >= 0; i--) {
      Inbound other = inbounds.get(i);
      if (other != inbound && other.senderNode == sender) {
        if (other.order > inbound.order) {
          inbound.connection.close("a later connection of node " + sender + " took its place");
          return false;
        }
        other.connection.close("a later connection of node " + sender + " took its place");
      }
      i = Math.min(i, inbounds.size());
    }
    return true;
  }

  // ---- whole frames

  private void read(ReadRequest request) {
    HostedTarget target = targetOrNull();
    if (target == null) {
      replies.readStatus(request, refusal());
      context.release(request);
      return;
    }
    request.target = target;
    ReadOp op = request.op;
    op.chunkHi = frame.chunkHi();
    op.chunkLo = frame.chunkLo();
    op.offsetBytes = frame.offsetBytes();
    op.lengthBytes = frame.lengthBytes();
    op.mode = frame.readMode();
    op.minVersion = frame.version();
    op.chainVersion = frame.chainVersion();
    op.deadlineNs = deadlineNs();
    op.dataAddress = request.buffer;
    target.disk.begin(request);
  }

  private void update(Inbound inbound, WriteRequest request) {
    HostedTarget target = targetOrNull();
    if (target == null) {
      replies.status(inbound, request.opcode, request.askerTag, refusal());
      context.release(request);
      return;
    }
    request.target = target;
    UpdateOp op = request.op;
    op.chunkHi = frame.chunkHi();
    op.chunkLo = frame.chunkLo();
    op.kind = frame.kind();
    op.offsetBytes = frame.offsetBytes();
    op.lengthBytes = frame.lengthBytes();
    op.dataCrc32c = frame.payloadCrc32c();
    op.version = frame.version();
    op.chainVersion = frame.chainVersion();
    op.capacityBytes = frame.capacityBytes();
    op.clientId = frame.clientId();
    op.channel = frame.channel();
    op.sequence = frame.sequence();
    op.repeat = frame.repeat();
    op.baseDigest = frame.baseDigest();
    op.baseLengthBytes = frame.baseLengthBytes();
    op.deadlineNs = deadlineNs();
    op.dataAddress = request.buffer;
    request.arrivedNs = context.nowNs;
    if (!frame.delta()) {
      target.disk.begin(request);
    } else if (BlockDelta.isValid(request.buffer, frame.payloadLengthBytes(), op.lengthBytes)) {
      deltas.take(request);
    } else {
      replies.status(inbound, request.opcode, request.askerTag, ReplicaStatus.BAD_REQUEST);
      context.release(request);
    }
  }

  private void compareBlocks(Inbound inbound, WriteRequest request) {
    HostedTarget target = targetOrNull();
    int status = target == null ? refusal() : checkPayload(request);
    if (status != ReplicaStatus.OK) {
      replies.status(inbound, Opcode.COMPARE_BLOCKS, frame.tag(), status);
      context.release(request);
      return;
    }
    request.inbound = inbound;
    request.askerTag = frame.tag();
    request.opcode = Opcode.COMPARE_BLOCKS;
    request.target = target;
    request.op.chunkHi = frame.chunkHi();
    request.op.chunkLo = frame.chunkLo();
    request.op.lengthBytes = frame.lengthBytes();
    request.op.deadlineNs = deadlineNs();
    deltas.take(request);
  }

  private void queryVersion(Inbound inbound) {
    HostedTarget target = targetOrNull();
    long version =
        target == null
            ? refusal()
            : target.replica.committedVersion(
                frame.chainVersion(), frame.chunkHi(), frame.chunkLo());
    int status = version < 0 ? (int) version : ReplicaStatus.OK;
    replies.version(inbound, frame.tag(), status, Math.max(version, 0));
  }

  private void compareChunks(Inbound inbound, WriteRequest request) {
    HostedTarget target = targetOrNull();
    int status = target == null ? refusal() : checkPayload(request);
    if (status == ReplicaStatus.OK) {
      ChunkRecords.read(batch, request.buffer, frame.payloadLengthBytes());
      status = target.replica.compareChunks(batch, frame.chainVersion());
    }
    replies.compared(inbound, frame.tag(), status, batch.differing(0), batch.differing(64));
    context.release(request);
  }

  /** OK when the payload of a comparison arrived as it was sent; it may be empty. */
  private int checkPayload(WriteRequest request) {
    int lengthBytes = frame.payloadLengthBytes();
    return lengthBytes == 0 || checksum.of(request.buffer, lengthBytes) == frame.payloadCrc32c()
        ? ReplicaStatus.OK
        : EngineStatus.PAYLOAD_CORRUPT;
  }

  private void listChunks(Inbound inbound) {
    ReadRequest request = context.reads.acquire();
    request.inbound = inbound;
    request.askerTag = frame.tag();
    HostedTarget target = targetOrNull();
    int status = target == null ? refusal() : ReplicaStatus.OK;
    if (status == ReplicaStatus.OK) {
      request.buffer = context.buffers.acquire(ChunkRecords.MAX_BYTES);
      status =
          request.buffer == BufferPool.EXHAUSTED ? EngineStatus.BACK_PRESSURE : ReplicaStatus.OK;
    }
    if (status == ReplicaStatus.OK) {
      batch.nextCursor = frame.version();
      status = target.replica.listChunks(batch, frame.chainVersion());
    }
    if (status == ReplicaStatus.OK) {
      int payloadBytes = ChunkRecords.write(batch, request.buffer);
      request.answered =
          replies.chunks(request, Opcode.LIST_CHUNKS, payloadBytes, batch.nextCursor);
    } else {
      replies.status(inbound, Opcode.LIST_CHUNKS, request.askerTag, status);
    }
    if (!request.answered) {
      context.release(request);
    }
  }

  private void refilled(Inbound inbound) {
    HostedTarget target = targetOrNull();
    if (target == null) {
      replies.status(inbound, Opcode.REFILLED, frame.tag(), refusal());
      return;
    }
    WriteRequest request = context.writes.acquire();
    request.inbound = inbound;
    request.askerTag = frame.tag();
    request.opcode = Opcode.REFILLED;
    request.target = target;
    request.op.chainVersion = frame.chainVersion();
    target.disk.makeDurable(request);
  }

  private @Nullable HostedTarget targetOrNull() {
    HostedTarget target = targets.find(frame.targetId());
    return target == null || target.chainId != frame.chainId() ? null : target;
  }

  private int refusal() {
    return targets.find(frame.targetId()) == null
        ? EngineStatus.NO_SUCH_TARGET
        : ReplicaStatus.WRONG_CHAIN_VERSION;
  }

  private long deadlineNs() {
    int micros = frame.deadlineMicros();
    return context.nowNs + (micros <= 0 ? NO_LIMIT_NS : micros * 1000L);
  }
}
