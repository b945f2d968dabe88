package io.luciola.cluster.cli.admin.chunks;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.chunks.OrphanReport.Orphan;
import io.luciola.cluster.client.InodeFinder;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.routing.RoutingTable;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code luciola admin find-orphaned-chunks}. */
@Command(
    name = "find-orphaned-chunks",
    description = "Looks on all targets for chunks that belong to no file.")
public final class FindOrphanedChunksVerb extends AdminQuery<OrphanReport> {

  @Override
  protected OrphanReport select(GetStatusResponse status) {
    RoutingTable routing = RoutingTable.of(status.getRouting());
    try (TargetProbe probe = new TargetProbe(TIMEOUT);
        InodeFinder meta = new InodeFinder(status.getRouting(), TIMEOUT)) {
      return new OrphanSearch(probe, meta, routing)
          .in(
              status.getRouting().getTargetsList().stream()
                  .map(Target::getId)
                  .map(routing::target)
                  .toList());
    } catch (ProbeException failure) {
      throw CommandFailure.failed(failure.getMessage());
    }
  }

  @Override
  protected void print(OrphanReport report, PrintWriter out) {
    out.printf(
        "%d targets with %d chunks looked through, %d orphaned chunks%n",
        report.targets(), report.chunks(), report.orphans().size());
    report.failures().forEach(out::println);
    if (report.orphans().isEmpty()) {
      return;
    }
    out.printf(
        "%-26s  %12s  %5s  %7s  %-8s  %10s  %s%n",
        "CHUNK", "TARGET", "NODE", "CHAIN", "STATE", "BYTES", "REASON");
    for (Orphan orphan : report.orphans()) {
      out.printf(
          "%-26s  %12d  %5d  %7d  %-8s  %10d  %s%n",
          orphan.chunk(),
          orphan.target(),
          orphan.node(),
          orphan.chain(),
          orphan.state() == null ? "-" : orphan.state(),
          orphan.lengthBytes(),
          orphan.reason());
    }
  }

  @Override
  protected int exitCode(OrphanReport report) {
    return report.isWell() ? 0 : CommandFailure.FAILED;
  }
}
