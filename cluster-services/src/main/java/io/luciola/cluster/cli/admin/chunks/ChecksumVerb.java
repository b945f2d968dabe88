package io.luciola.cluster.cli.admin.chunks;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.chunks.ChainReport.ChunkDifference;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.routing.RoutingTable;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin checksum}. */
@Command(
    name = "checksum",
    description = {
      "Compares every chunk of the serving replicas of a chain, and shows what differs.",
      "A difference seen while writes go on is looked at again before it is shown."
    })
public final class ChecksumVerb extends AdminQuery<List<ChainReport>> {

  @Parameters(arity = "0..1", paramLabel = "CHAIN", description = "The chain.")
  private Integer chain;

  @Option(names = "--all", description = "All chains.")
  private boolean all;

  @Option(
      names = "--read",
      description = "Also reads every chunk from every replica and compares the content.")
  private boolean withContent;

  @Override
  protected List<ChainReport> select(GetStatusResponse status) {
    if (all == (chain != null)) {
      throw CommandFailure.usage("either CHAIN or --all");
    }
    List<Integer> chains =
        all
            ? RoutingTable.of(status.getRouting()).chains().stream()
                .map(route -> route.chain().id())
                .toList()
            : List.of(chain);
    try (TargetProbe probe = new TargetProbe(TIMEOUT)) {
      ChainChecksum checksum =
          new ChainChecksum(probe, new FreshRouting(this::routingNow), withContent);
      return chains.stream().map(checksum::of).toList();
    }
  }

  @Override
  protected void print(List<ChainReport> reports, PrintWriter out) {
    out.printf(
        "%7s  %8s  %10s  %10s  %10s  %10s%n",
        "CHAIN", "REPLICAS", "CHUNKS", "READ", "MOVING", "DIFFERENT");
    for (ChainReport report : reports) {
      out.printf(
          "%7d  %8d  %10d  %10d  %10d  %10d%n",
          report.chain(),
          report.replicas(),
          report.chunks(),
          report.read(),
          report.moving(),
          report.differences().size());
    }
    for (ChainReport report : reports) {
      for (String failure : report.failures()) {
        out.printf("chain %d: %s%n", report.chain(), failure);
      }
      for (ChunkDifference difference : report.differences()) {
        out.printf("chain %d, chunk %s:%n", report.chain(), difference.chunk());
        out.println(ReplicaView.heading());
        difference.replicas().forEach(replica -> out.println(replica.line()));
      }
    }
  }

  @Override
  protected int exitCode(List<ChainReport> reports) {
    return reports.stream().allMatch(ChainReport::isWell) ? 0 : CommandFailure.FAILED;
  }
}
