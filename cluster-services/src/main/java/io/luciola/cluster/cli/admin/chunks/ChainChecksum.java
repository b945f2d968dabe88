package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.chunks.ChainReport.ChunkDifference;
import io.luciola.cluster.cli.admin.chunks.ChunkSurvey.Survey;
import io.luciola.cluster.cli.admin.chunks.ChunkSurvey.Verdict;
import io.luciola.cluster.client.ChunkPage;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.RoutingTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Compares what the serving replicas of a chain have: of every chunk the committed version, length
 * and digest, as their nodes' indexes say, and on demand the content. Keeps the index of one chain
 * in memory at a time.
 */
final class ChainChecksum {

  /** What a replica's index says of a chunk. */
  private record Content(long version, int lengthBytes, long digest) {}

  private final TargetProbe probe;
  private final Supplier<RoutingTable> routing;
  private final ChunkSurvey surveys;
  private final boolean withContent;

  ChainChecksum(TargetProbe probe, Supplier<RoutingTable> routing, boolean withContent) {
    this.probe = probe;
    this.routing = routing;
    this.surveys = new ChunkSurvey(probe, routing);
    this.withContent = withContent;
  }

  ChainReport of(int chainId) {
    RoutingTable table = routing.get();
    ChainRoute route = table.route(chainId);
    if (route == null) {
      throw CommandFailure.failed("there is no chain " + chainId);
    }
    Set<String> failures = new LinkedHashSet<>();
    Map<ChunkKey, Content[]> chunks = new TreeMap<>();
    List<Integer> listed = new ArrayList<>();
    for (int place = 0; place < route.servingCount(); place++) {
      try {
        list(table, route, place, chunks);
        listed.add(place);
      } catch (ProbeException failure) {
        failures.add(failure.getMessage());
      }
    }
    if (listed.isEmpty()) {
      chunks.clear(); // of a target that answered only at first
      failures.add("none of the targets of chain " + chainId + " serves and answers");
    }
    List<ChunkKey> alike = new ArrayList<>();
    List<ChunkKey> suspects = new ArrayList<>();
    chunks.forEach((chunk, contents) -> (isSame(contents, listed) ? alike : suspects).add(chunk));
    List<ChunkDifference> differences = new ArrayList<>();
    long moving = 0;
    for (Map.Entry<ChunkKey, Survey> each : surveys.of(chainId, suspects).entrySet()) {
      Survey survey = each.getValue();
      if (survey.verdict() == Verdict.DIFFERENT) {
        differences.add(new ChunkDifference(each.getKey().toString(), survey.replicas()));
      } else if (survey.verdict() == Verdict.MOVING) {
        moving++;
      } else {
        alike.add(each.getKey());
      }
    }
    long read = 0;
    if (withContent) {
      try {
        ChainContent.Comparison content =
            new ChainContent(probe::read, routing).compare(chainId, alike);
        read = content.read();
        moving += content.moving();
        differences.addAll(described(chainId, content.different()));
      } catch (ProbeException failure) {
        failures.add(failure.getMessage());
      }
    }
    return new ChainReport(
        chainId,
        route.servingCount(),
        chunks.size(),
        read,
        moving,
        differences,
        List.copyOf(failures));
  }

  private List<ChunkDifference> described(int chainId, Map<ChunkKey, Map<Long, String>> different) {
    List<ChunkDifference> differences = new ArrayList<>();
    surveys
        .of(chainId, different.keySet())
        .forEach(
            (chunk, survey) -> {
              Map<Long, String> words = different.get(chunk);
              List<ReplicaView> replicas =
                  survey.replicas().stream()
                      .map(each -> each.withProblem(words.get(each.target())))
                      .toList();
              differences.add(new ChunkDifference(chunk.toString(), replicas));
            });
    return differences;
  }

  private void list(
      RoutingTable table, ChainRoute route, int place, Map<ChunkKey, Content[]> chunks) {
    long cursor = 0;
    while (true) {
      ChunkPage page = probe.list(table, route.target(place), cursor);
      for (ChunkStat chunk : page.chunks()) {
        // What is only pending was never committed.
        if (chunk.committedVersion != 0) {
          chunks
                  .computeIfAbsent(ChunkKey.of(chunk), _ -> new Content[route.servingCount()])[
                  place] =
              new Content(
                  chunk.committedVersion, chunk.committedLengthBytes, chunk.committedDigest);
        }
      }
      if (page.isLast()) {
        return;
      }
      cursor = page.nextCursor();
    }
  }

  private static boolean isSame(Content[] contents, List<Integer> places) {
    Content first = contents[places.getFirst()];
    return first != null && places.stream().allMatch(place -> first.equals(contents[place]));
  }
}
