package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkEngine.ChunkVisitor;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineUsage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request from being asked to being answered. Belongs to the client, to the engine's agent from
 * the publication in the request ring on, and to the client again from the publication in the reply
 * ring on; the rings order the accesses.
 */
final class Request {

  /** What is asked for. */
  enum Kind {
    READ,
    PREPARE,
    PREPARE_ALL,
    SYNC,
    COMMIT,
    COMMIT_ALL,
    DISCARD,
    STAT,
    CREATE_TARGET,
    REMOVE_TARGET,
    SCRUB_RATE,
    TARGET_IDS,
    USED_BYTES,
    FREE_BYTES,
    USAGE,
    FOR_EACH_CHUNK,
    VISIT_CHUNKS,

    /** Not asked for: a corrupt block was met. */
    CORRUPT
  }

  final EngineClient client;
  final int slot;

  Kind kind = Kind.READ;
  long tag;
  long targetId;
  long chunkHi;
  long chunkLo;
  long version;
  int chainVersion;
  int offsetBytes;
  int lengthBytes;

  /** Memory of a read; budget of a target; cursor of a visit; device offset of a corrupt block. */
  long value;

  final ChunkUpdate update = new ChunkUpdate();
  ChunkUpdate[] batch = {};
  int batchCount;
  @Nullable ChunkVisitor visitor;

  // The answer.
  int status;
  long answer;
  int answerLengthBytes;
  final ChunkStat stat = new ChunkStat();
  long[] answerIds = {};
  @Nullable EngineUsage answerUsage;
  @Nullable RuntimeException failure;

  /** Client only: asked and not yet answered. */
  boolean inFlight;

  /** Agent only: the next one that waits for room in the engine. */
  @Nullable Request next;

  Request(EngineClient client, int slot) {
    this.client = client;
    this.slot = slot;
  }

  void setChunk(long target, long hi, long lo) {
    targetId = target;
    chunkHi = hi;
    chunkLo = lo;
  }

  /** Keeps the first updates; allocates only when there were never so many. */
  void setBatch(ChunkUpdate[] updates, int count) {
    if (count > batch.length) {
      int had = batch.length;
      batch = Arrays.copyOf(batch, count);
      for (int i = had; i < count; i++) {
        batch[i] = new ChunkUpdate();
      }
    }
    for (int i = 0; i < count; i++) {
      batch[i].copyFrom(updates[i]);
    }
    batchCount = count;
  }

  void answer(int newStatus, long newAnswer, int newLengthBytes) {
    status = newStatus;
    answer = newAnswer;
    answerLengthBytes = newLengthBytes;
  }
}
