package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.ArrayList;
import java.util.List;

/** Writes down the effects of a replica as words; holds one chunk, set by the test. */
final class RecordingDriver implements ReplicaEffects {

  final List<String> effects = new ArrayList<>();
  ChunkStat chunk;
  int commitStatus = EngineStatus.OK;
  boolean diskFailed;
  UpdateOp recovered;
  RefillBatch asked;
  int askedPass;

  /** What happened since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  @Override
  public int stat(long targetId, long hi, long lo, ChunkStat out) {
    if (diskFailed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    if (chunk == null || chunk.chunkLo != lo) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    out.chunkLo = lo;
    out.committedVersion = chunk.committedVersion;
    out.committedDigest = chunk.committedDigest;
    out.committedLengthBytes = chunk.committedLengthBytes;
    out.committedClientId = chunk.committedClientId;
    out.committedChannel = chunk.committedChannel;
    out.committedSequence = chunk.committedSequence;
    out.capacityBytes = chunk.capacityBytes;
    out.pendingVersion = chunk.pendingVersion;
    out.pendingKind = chunk.pendingKind;
    out.pendingDigest = chunk.pendingDigest;
    out.pendingLengthBytes = chunk.pendingLengthBytes;
    out.pendingClientId = chunk.pendingClientId;
    out.pendingChannel = chunk.pendingChannel;
    out.pendingSequence = chunk.pendingSequence;
    return EngineStatus.OK;
  }

  @Override
  public void prepare(UpdateOp op) {
    effects.add("prepare " + op.version);
  }

  @Override
  public int commit(UpdateOp op) {
    effects.add("commit " + op.version);
    if (commitStatus == EngineStatus.OK && chunk != null) {
      chunk.committedVersion = op.version;
      chunk.committedClientId = op.clientId;
      chunk.committedChannel = op.channel;
      chunk.committedSequence = op.sequence;
      chunk.committedDigest = op.resultDigest;
      chunk.pendingVersion = 0;
    }
    return commitStatus;
  }

  @Override
  public int discardPending(long targetId, long hi, long lo, long version) {
    effects.add("discard " + version);
    chunk.pendingVersion = 0;
    return EngineStatus.OK;
  }

  @Override
  public long scanChunks(long targetId, long cursor, RefillBatch batch) {
    effects.add("scan from " + cursor);
    if (chunk != null && !diskFailed) {
      batch.add(chunk);
    }
    return NO_MORE_CHUNKS;
  }

  @Override
  public void compareChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    effects.add("compare " + batch.count + " with " + successor + " under " + chainVersion);
    asked = batch;
    askedPass = pass;
  }

  @Override
  public void listChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    effects.add("list " + successor + " from " + batch.nextCursor + " under " + chainVersion);
    asked = batch;
    askedPass = pass;
  }

  @Override
  public void announceRefilled(long successor, int chainVersion, int pass) {
    effects.add("announce " + successor + " under " + chainVersion);
    askedPass = pass;
  }

  @Override
  public void forward(UpdateOp op, long successorTargetId, int chainVersion) {
    effects.add("forward " + op.version + " to " + successorTargetId + " under " + chainVersion);
    recovered = op.recovery ? op : recovered;
  }

  @Override
  public void loadPending(UpdateOp op) {
    effects.add("load " + op.version + " of " + op.lengthBytes);
    recovered = op;
  }

  @Override
  public void loadFromPeer(UpdateOp op, int chainVersion) {
    effects.add("fetch " + op.version + " under " + chainVersion);
    recovered = op;
  }

  @Override
  public void reply(UpdateOp op, int status) {
    effects.add("reply " + op.sequence + " " + ReplicaStatus.name(status));
  }

  @Override
  public void done(UpdateOp op) {
    effects.add("done");
  }

  @Override
  public void readLocal(ReadOp op, long version) {
    effects.add("read " + version);
  }

  @Override
  public void queryTail(ReadOp op, long tailTargetId, int chainVersion) {
    effects.add("query " + tailTargetId + " under " + chainVersion);
  }

  @Override
  public void replyRead(ReadOp op, int status) {
    effects.add("refuse " + ReplicaStatus.name(status));
  }

  @Override
  public void report(
      ReplicaEvent event, int chainId, long target, long peer, long hi, long lo, long version) {
    effects.add("report " + event);
  }
}
