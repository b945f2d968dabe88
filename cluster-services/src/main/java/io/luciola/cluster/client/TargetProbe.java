package io.luciola.cluster.client;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.chaintable.Chain;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.cluster.wire.ChunkStatRecords;
import io.luciola.cluster.wire.Opcode;
import io.luciola.craq.ReplicaStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the chunks of single targets, whatever their state: asks the node that a routing table
 * names, one question at a time. For who looks after a cluster, not for data to rely on. Belongs to
 * one thread, which waits for each answer; what goes wrong is a {@link ProbeException}.
 */
public final class TargetProbe implements AutoCloseable {

  private static final int MOST_READ_BYTES = 1 << 20;

  private final NodeQuestions questions;
  private final Crc32c checksum = new Crc32c();

  /**
   * Without connections; they are made when needed.
   *
   * @param timeout for each answer; a node that gave none is not asked again
   */
  public TargetProbe(Duration timeout) {
    questions = new NodeQuestions(MOST_READ_BYTES, timeout.toNanos());
  }

  /**
   * Some of a target's chunks. Over all calls from the first to the last each chunk that is there
   * all the while comes once.
   *
   * @param cursor 0 to begin with, then the last page's
   */
  public ChunkPage list(RoutingTable routing, long targetId, long cursor) {
    NodeAnswer answer =
        questions.ask(
            nodeOf(routing, targetId),
            request ->
                request
                    .begin(Opcode.DUMP_CHUNKS, request.tag(), 0)
                    .kind(ChunkStatRecords.FROM_CURSOR)
                    .targetId(targetId)
                    .version(cursor)
                    .range(0, ChunkStatRecords.MAX_RECORDS));
    return new ChunkPage(chunks(answer, targetId), answer.version());
  }

  /** One chunk of a target; null when it has none of that id. */
  public @Nullable ChunkStat find(RoutingTable routing, long targetId, long chunkHi, long chunkLo) {
    NodeAnswer answer =
        questions.ask(
            nodeOf(routing, targetId),
            request ->
                request
                    .begin(Opcode.DUMP_CHUNKS, request.tag(), 0)
                    .kind(ChunkStatRecords.ONE_CHUNK)
                    .targetId(targetId)
                    .chunk(chunkHi, chunkLo));
    if (answer.status() == EngineStatus.NO_SUCH_CHUNK) {
      return null;
    }
    List<ChunkStat> found = chunks(answer, targetId);
    if (found.size() != 1
        || found.getFirst().chunkHi != chunkHi
        || found.getFirst().chunkLo != chunkLo) {
      throw new ProbeException(answer.node() + " answers with another chunk than was asked for");
    }
    return found.getFirst();
  }

  private static List<ChunkStat> chunks(NodeAnswer answer, long targetId) {
    requireOk(answer, targetId);
    if (!ChunkStatRecords.isValidLength(answer.payloadBytes())) {
      throw new ProbeException(answer.node() + " answers with half a record of a chunk");
    }
    int count = answer.payloadBytes() / ChunkStatRecords.RECORD_BYTES;
    List<ChunkStat> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(ChunkStatRecords.read(answer.payloadAddress(), i));
    }
    return chunks;
  }

  /**
   * Reads what a serving target has committed of a chunk, as readers with {@link
   * ReadMode#COMMITTED_LOCAL} do.
   *
   * @return null when there is nothing committed, or when it was changed between two parts of it
   */
  public @Nullable ContentSum read(
      RoutingTable routing, long targetId, long chunkHi, long chunkLo) {
    ChunkStat chunk = find(routing, targetId, chunkHi, chunkLo);
    if (chunk == null || chunk.committedVersion == 0) {
      return null;
    }
    checksum.reset();
    int done = 0;
    while (done < chunk.committedLengthBytes) {
      int partBytes = Math.min(MOST_READ_BYTES, chunk.committedLengthBytes - done);
      NodeAnswer answer = readPart(routing, targetId, chunk, done, partBytes);
      if (answer.status() == EngineStatus.NO_SUCH_CHUNK) {
        return null;
      }
      requireOk(answer, targetId);
      if (answer.version() != chunk.committedVersion || answer.payloadBytes() != partBytes) {
        return null;
      }
      checksum.update(answer.payloadAddress(), partBytes);
      done += partBytes;
    }
    return new ContentSum(chunk.committedVersion, done, checksum.value());
  }

  private NodeAnswer readPart(
      RoutingTable routing, long targetId, ChunkStat chunk, int offsetBytes, int lengthBytes) {
    int chainId = placement(routing, targetId).chainId();
    Chain chain = routing.chain(chainId);
    if (chain == null) {
      throw new ProbeException("target " + targetId + " is in no chain");
    }
    return questions.ask(
        nodeOf(routing, targetId),
        request ->
            request
                .begin(Opcode.READ, request.tag(), 0)
                .chain(chainId, chain.version())
                .targetId(targetId)
                .chunk(chunk.chunkHi, chunk.chunkLo)
                .range(offsetBytes, lengthBytes)
                .readMode(ReadMode.COMMITTED_LOCAL.number()));
  }

  private static void requireOk(NodeAnswer answer, long targetId) {
    int status = answer.status();
    if (status == EngineStatus.NO_SUCH_TARGET) {
      throw new ProbeException(status, answer.node() + " does not hold target " + targetId);
    }
    if (status == EngineStatus.ENGINE_CLOSED) {
      throw new ProbeException(
          status, "the disk of target " + targetId + " on " + answer.node() + " has failed");
    }
    if (status != ReplicaStatus.OK) {
      throw new ProbeException(
          status,
          answer.node() + " answers for target " + targetId + ": " + ReplicaStatus.name(status));
    }
  }

  private static NodeAddress nodeOf(RoutingTable routing, long targetId) {
    int nodeId = placement(routing, targetId).nodeId();
    NodeAddress node = routing.node(nodeId);
    if (node == null) {
      throw new ProbeException(
          "node " + nodeId + ", which holds target " + targetId + ", is not in the routing map");
    }
    return node;
  }

  private static TargetPlacement placement(RoutingTable routing, long targetId) {
    TargetPlacement placement = routing.target(targetId);
    if (placement == null) {
      throw new ProbeException("there is no target " + targetId);
    }
    return placement;
  }

  @Override
  public void close() {
    questions.close();
  }
}
