package io.luciola.cluster.cli.admin.chunks;

import io.luciola.cluster.client.ContentSum;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.RoutingTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads chunks from all serving replicas of a chain, and compares what they give; again where that
 * is of several versions or is refused, as both may pass.
 */
final class ChainContent {

  /** Reads a chunk from one target, as {@code TargetProbe.read}. */
  @FunctionalInterface
  interface ChunkReader {
    @Nullable ContentSum read(RoutingTable routing, long targetId, long chunkHi, long chunkLo);
  }

  /**
   * What a replica gave.
   *
   * @param sum null when it gave nothing
   * @param refusal null when it did not refuse
   */
  private record Reading(@Nullable ContentSum sum, @Nullable String refusal) {

    @Override
    public String toString() {
      if (refusal != null) {
        return refusal;
      }
      return sum == null
          ? "gone or changing"
          : "content of version %d: %d bytes, CRC32C %08x"
              .formatted(sum.version(), sum.lengthBytes(), sum.crc32c());
    }
  }

  /**
   * What came of it.
   *
   * @param read chunks that were read from all replicas, of one version
   * @param moving chunks of which no one version could be read from all
   * @param different what the replicas gave of the other chunks, in words, by target
   */
  record Comparison(long read, long moving, Map<ChunkKey, Map<Long, String>> different) {}

  private static final int ROUNDS = 5;

  private final ChunkReader reader;
  private final Supplier<RoutingTable> routing;

  ChainContent(ChunkReader reader, Supplier<RoutingTable> routing) {
    this.reader = reader;
    this.routing = routing;
  }

  /** Compares chunks; a replica that does not answer ends that with a {@link ProbeException}. */
  Comparison compare(int chainId, Collection<ChunkKey> chunks) {
    long read = 0;
    long moving = 0;
    Map<ChunkKey, Map<Long, String>> different = new LinkedHashMap<>();
    List<ChunkKey> open = new ArrayList<>(chunks);
    for (int round = 1; !open.isEmpty(); round++) {
      if (round > 1) {
        SecondLook.pause();
      }
      List<ChunkKey> undecided = new ArrayList<>();
      for (ChunkKey chunk : open) {
        Map<Long, Reading> readings = read(chainId, chunk);
        if (readings.values().stream().distinct().count() <= 1 && !isRefused(readings)) {
          read++;
        } else if (round < ROUNDS) {
          undecided.add(chunk);
        } else if (isRefused(readings) || isOfOneVersion(readings)) {
          Map<Long, String> words = new LinkedHashMap<>();
          readings.forEach((target, reading) -> words.put(target, reading.toString()));
          different.put(chunk, words);
        } else {
          moving++;
        }
      }
      open = undecided;
    }
    return new Comparison(read, moving, different);
  }

  private static boolean isRefused(Map<Long, Reading> readings) {
    return readings.values().stream().anyMatch(reading -> reading.refusal != null);
  }

  private static boolean isOfOneVersion(Map<Long, Reading> readings) {
    return readings.values().stream()
            .map(reading -> reading.sum == null ? 0 : reading.sum.version())
            .distinct()
            .count()
        == 1;
  }

  private Map<Long, Reading> read(int chainId, ChunkKey chunk) {
    RoutingTable table = routing.get();
    ChainRoute route = table.route(chainId);
    Map<Long, Reading> readings = new LinkedHashMap<>();
    for (int place = 0; route != null && place < route.servingCount(); place++) {
      readings.put(route.target(place), read(table, route.target(place), chunk));
    }
    return readings;
  }

  private Reading read(RoutingTable table, long target, ChunkKey chunk) {
    try {
      return new Reading(reader.read(table, target, chunk.hi(), chunk.lo()), null);
    } catch (ProbeException failure) {
      if (failure.hasStatus()) {
        return new Reading(null, failure.getMessage());
      }
      throw failure;
    }
  }
}
