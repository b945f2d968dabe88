package io.luciola.cluster.cli.admin.chunks;

import io.luciola.chaintable.ChunkId;
import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.chunks.ChunkSurvey.Survey;
import io.luciola.cluster.cli.admin.chunks.ChunkSurvey.Verdict;
import io.luciola.cluster.cli.admin.chunks.QueryChunkVerb.ChunkPlaces;
import io.luciola.cluster.client.InodeFinder;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.meta.proto.FoundInode;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.routing.RoutingTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin query-chunk}. */
@Command(
    name = "query-chunk",
    description = {
      "Shows what each replica has of a chunk, and which differ.",
      "Meta is asked for the chunk's chain; where it does not know the inode, all chains are looked"
          + " through."
    })
public final class QueryChunkVerb extends AdminQuery<ChunkPlaces> {

  /** The chains that have, or are to have, a chunk. */
  record ChunkPlaces(String chunk, List<ChunkPlace> chains) {}

  /** One of them. */
  record ChunkPlace(int chain, Verdict verdict, boolean well, List<ReplicaView> replicas) {

    boolean hasIt() {
      return replicas.stream().anyMatch(each -> each.present() || each.pendingVersion() != 0);
    }
  }

  private static final long MOST_INDEX = 0xFFFF_FFFFL;

  @Parameters(index = "0", paramLabel = "INODE", description = "The file's inode.")
  private long inode;

  @Parameters(index = "1", paramLabel = "INDEX", description = "The chunk's number in the file.")
  private long index;

  @Option(
      names = "--chain",
      paramLabel = "CHAIN",
      description = "The chain to look at, without asking Meta.")
  private Integer onlyChain;

  @Override
  protected ChunkPlaces select(GetStatusResponse status) {
    if (inode < 0 || index < 0 || index > MOST_INDEX) {
      throw CommandFailure.usage("an inode is not negative, an index is from 0 to " + MOST_INDEX);
    }
    ChunkKey chunk = new ChunkKey(ChunkId.hi(inode), ChunkId.lo(inode, (int) index));
    RoutingTable table = RoutingTable.of(status.getRouting());
    List<Integer> chains =
        onlyChain == null ? chains(status.getRouting(), table) : List.of(onlyChain);
    List<ChunkPlace> places = new ArrayList<>();
    try (TargetProbe probe = new TargetProbe(TIMEOUT)) {
      ChunkSurvey surveys = new ChunkSurvey(probe, new FreshRouting(this::routingNow));
      for (int chain : chains) {
        Survey survey = surveys.of(chain, List.of(chunk)).get(chunk);
        ChunkPlace place =
            new ChunkPlace(chain, survey.verdict(), survey.isWell(), survey.replicas());
        if (place.hasIt() || chains.size() == 1) {
          places.add(place);
        }
      }
    }
    if (places.isEmpty()) {
      throw CommandFailure.failed(
          "Meta does not know inode " + inode + ", and no target has chunk " + chunk);
    }
    return new ChunkPlaces(chunk.toString(), places);
  }

  private List<Integer> chains(RoutingMap map, RoutingTable table) {
    try (InodeFinder meta = new InodeFinder(map, TIMEOUT)) {
      FoundInode found = meta.find(List.of(inode)).get(inode);
      int chain = found == null ? ChunkHome.NONE : ChunkHome.chainOf(found, (int) index);
      if (chain == ChunkHome.BEYOND) {
        throw CommandFailure.failed(
            "the layout of inode " + inode + " does not reach chunk " + index + ": it is a hole");
      }
      return chain == ChunkHome.NONE
          ? table.chains().stream().map(each -> each.chain().id()).toList()
          : List.of(chain);
    } catch (ProbeException failure) {
      throw CommandFailure.failed(failure.getMessage() + " (--chain does without)");
    }
  }

  @Override
  protected void print(ChunkPlaces places, PrintWriter out) {
    for (ChunkPlace place : places.chains()) {
      out.printf(
          "chunk %s, chain %d: %s%n",
          places.chunk(),
          place.chain(),
          switch (place.verdict()) {
            case SAME ->
                place.hasIt() ? "the replicas that answer have the same" : "no replica has it";
            case DIFFERENT -> "REPLICAS DIFFER";
            case MOVING -> "kept being written to while it was looked at";
          });
      out.println(ReplicaView.heading());
      place.replicas().forEach(replica -> out.println(replica.line()));
    }
  }

  @Override
  protected int exitCode(ChunkPlaces places) {
    return places.chains().stream().allMatch(place -> place.well() && place.hasIt())
        ? 0
        : CommandFailure.FAILED;
  }
}
