package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.wire.ChunkStatRecords;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.RequestFrame;
import io.luciola.craq.ReplicaStatus;
import org.jspecify.annotations.Nullable;

/**
 * Answers those who want to look at what a target's engine knows of its chunks, whatever the
 * target's state is in its chain: nothing that is answered here is data to rely on.
 */
final class ChunkDump {

  private final NodeContext context;
  private final HostedTargets targets;
  private final Replies replies;
  private final ChunkStat stat = new ChunkStat();
  private int count;

  ChunkDump(NodeContext context, HostedTargets targets, Replies replies) {
    this.context = context;
    this.targets = targets;
    this.replies = replies;
  }

  /** Answers a DUMP_CHUNKS. */
  void answer(Inbound inbound, RequestFrame frame) {
    HostedTarget target = targets.find(frame.targetId());
    int status = judge(frame, target);
    if (status != ReplicaStatus.OK) {
      replies.status(inbound, Opcode.DUMP_CHUNKS, frame.tag(), status);
      return;
    }
    long buffer = context.buffers.acquire(ChunkStatRecords.MAX_BYTES);
    if (buffer == BufferPool.EXHAUSTED) {
      replies.status(inbound, Opcode.DUMP_CHUNKS, frame.tag(), EngineStatus.BACK_PRESSURE);
      return;
    }
    ReadRequest request = context.reads.acquire();
    request.inbound = inbound;
    request.askerTag = frame.tag();
    request.buffer = buffer;
    count = 0;
    if (frame.kind() == ChunkStatRecords.ONE_CHUNK) {
      one(request, target, frame);
    } else {
      some(request, target, frame);
    }
    if (!request.answered) {
      context.release(request);
    }
  }

  private static int judge(RequestFrame frame, @Nullable HostedTarget target) {
    boolean valid =
        switch (frame.kind()) {
          case ChunkStatRecords.ONE_CHUNK -> true;
          case ChunkStatRecords.FROM_CURSOR ->
              // A cursor that the engine did not give must not lead it out of its index.
              frame.version() >= 0
                  && frame.version() <= Integer.MAX_VALUE
                  && frame.lengthBytes() >= 1
                  && frame.lengthBytes() <= ChunkStatRecords.MAX_RECORDS;
          default -> false;
        };
    if (!valid) {
      return ReplicaStatus.BAD_REQUEST;
    }
    if (target == null) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    return target.disk.works() ? ReplicaStatus.OK : EngineStatus.ENGINE_CLOSED;
  }

  private void one(ReadRequest request, HostedTarget target, RequestFrame frame) {
    int status = target.disk.stat(target.targetId, frame.chunkHi(), frame.chunkLo(), stat);
    if (status == EngineStatus.OK) {
      stat.chunkHi = frame.chunkHi();
      stat.chunkLo = frame.chunkLo();
      add(request, stat);
      send(request, 0);
    } else {
      replies.status(request.inbound, Opcode.DUMP_CHUNKS, request.askerTag, status);
    }
  }

  private void some(ReadRequest request, HostedTarget target, RequestFrame frame) {
    long nextCursor =
        target.disk.visitChunks(
            target.targetId, frame.version(), frame.lengthBytes(), chunk -> add(request, chunk));
    send(request, nextCursor);
  }

  private void add(ReadRequest request, ChunkStat chunk) {
    ChunkStatRecords.write(chunk, request.buffer, count++);
  }

  private void send(ReadRequest request, long nextCursor) {
    request.answered =
        replies.chunks(
            request, Opcode.DUMP_CHUNKS, count * ChunkStatRecords.RECORD_BYTES, nextCursor);
  }
}
