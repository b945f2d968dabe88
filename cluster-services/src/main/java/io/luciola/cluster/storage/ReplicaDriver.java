package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.craq.ReadOp;
import io.luciola.craq.RefillBatch;
import io.luciola.craq.ReplicaEffects;
import io.luciola.craq.ReplicaEvent;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;

/** Carries out what one target's replica decides: on the disk, on the peers, towards the asker. */
final class ReplicaDriver implements ReplicaEffects {

  private final HostedTarget target;
  private final NodeContext context;
  private final PeerLinks peers;
  private final RefillLinks refills;
  private final Replies replies;
  private final ReadAnswers readAnswers;
  private final ReplicaEventLog log;

  ReplicaDriver(
      HostedTarget target,
      NodeContext context,
      PeerLinks peers,
      RefillLinks refills,
      Replies replies,
      ReadAnswers readAnswers,
      ReplicaEventLog log) {
    this.target = target;
    this.context = context;
    this.peers = peers;
    this.refills = refills;
    this.replies = replies;
    this.readAnswers = readAnswers;
    this.log = log;
  }

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat out) {
    return target.disk.stat(targetId, chunkHi, chunkLo, out);
  }

  @Override
  public void prepare(UpdateOp op) {
    target.disk.prepare(requestOf(op));
  }

  @Override
  public int commit(UpdateOp op) {
    return target.disk.commit(op, target.targetId);
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    return target.disk.discardPending(targetId, chunkHi, chunkLo, version);
  }

  @Override
  public long scanChunks(long targetId, long cursor, RefillBatch batch) {
    return target.disk.scanChunks(targetId, cursor, batch);
  }

  @Override
  public void compareChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    refills.compare(target, batch, successor, chainVersion, pass);
  }

  @Override
  public void listChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    refills.list(target, batch, successor, chainVersion, pass);
  }

  @Override
  public void announceRefilled(long successor, int chainVersion, int pass) {
    refills.announce(target, successor, chainVersion, pass);
  }

  @Override
  public void forward(UpdateOp op, long successorTargetId, int chainVersion) {
    peers.forward(requestOf(op), successorTargetId, chainVersion);
  }

  @Override
  public void loadPending(UpdateOp op) {
    target.disk.loadPending(requestOf(op));
  }

  @Override
  public void loadFromPeer(UpdateOp op, int chainVersion) {
    peers.load(requestOf(op), chainVersion);
  }

  @Override
  public double refillBytesPerSecond(long otherwise) {
    return context.refillBytesPerSecond * context.pace.share(context.nowNs);
  }

  @Override
  public void reply(UpdateOp op, int status) {
    WriteRequest request = requestOf(op);
    if (status == ReplicaStatus.OK && op.kind != ChunkUpdate.INSTALL) {
      context.pace.onUpdate(context.nowNs - request.arrivedNs, context.nowNs);
    }
    replies.update(request, status);
  }

  @Override
  public void done(UpdateOp op) {
    if (op.context instanceof WriteRequest request) {
      context.release(request);
    }
  }

  @Override
  public void readLocal(ReadOp op, long version) {
    target.disk.read((ReadRequest) op.context, version);
  }

  @Override
  public void queryTail(ReadOp op, long tailTargetId, int chainVersion) {
    peers.queryVersion((ReadRequest) op.context, tailTargetId, chainVersion);
  }

  @Override
  public void replyRead(ReadOp op, int status) {
    readAnswers.onStatus((ReadRequest) op.context, status);
  }

  @Override
  public void report(
      ReplicaEvent event,
      int chainId,
      long targetId,
      long peerTargetId,
      long chunkHi,
      long chunkLo,
      long version) {
    if (context.closing) {
      return; // the connections end because this node does
    }
    context.repairTotals.count(event);
    log.report(event, chainId, targetId, peerTargetId, chunkHi, chunkLo, version);
  }

  private WriteRequest requestOf(UpdateOp op) {
    if (op.context instanceof WriteRequest request) {
      return request;
    }
    // The replica's own op: an earlier life left the update pending.
    WriteRequest request = context.writes.acquire();
    request.target = target;
    request.op = op;
    op.context = request;
    return request;
  }
}
