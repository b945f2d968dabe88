package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.client.ChunkPage;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.routing.RoutingTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin dump-chunkmeta}. */
@Command(
    name = "dump-chunkmeta",
    description = "Lists the chunks of a target with all that its node knows of them.")
public final class DumpChunkMetaVerb extends AdminQuery<List<ChunkView>> {

  @Parameters(paramLabel = "TARGET", description = "The target's id.")
  private long target;

  @Option(names = "--limit", paramLabel = "N", description = "Most chunks to list; all by default.")
  private Integer limit;

  @Override
  protected List<ChunkView> select(GetStatusResponse status) {
    if (limit != null && limit < 1) {
      throw CommandFailure.usage("--limit must be at least 1, not " + limit);
    }
    int most = limit == null ? Integer.MAX_VALUE : limit;
    RoutingTable routing = RoutingTable.of(status.getRouting());
    List<ChunkView> chunks = new ArrayList<>();
    try (TargetProbe probe = new TargetProbe(TIMEOUT)) {
      long cursor = 0;
      while (chunks.size() < most) {
        ChunkPage page = probe.list(routing, target, cursor);
        for (ChunkStat chunk : page.chunks()) {
          if (chunks.size() < most) {
            chunks.add(ChunkView.of(chunk));
          }
        }
        if (page.isLast()) {
          break;
        }
        cursor = page.nextCursor();
      }
    } catch (ProbeException failure) {
      throw CommandFailure.failed(failure.getMessage());
    }
    return chunks;
  }

  @Override
  protected void print(List<ChunkView> chunks, PrintWriter out) {
    out.printf(
        "%-26s  %10s  %10s  %10s  %10s  %-16s  %-16s  %7s  %10s%n",
        "CHUNK",
        "COMMITTED",
        "PENDING",
        "BYTES",
        "CAPACITY",
        "DIGEST",
        "CLIENT",
        "CHANNEL",
        "SEQUENCE");
    for (ChunkView chunk : chunks) {
      out.printf(
          "%-26s  %10d  %10s  %10d  %10d  %-16s  %-16s  %7d  %10d%n",
          chunk.chunk(),
          chunk.committedVersion(),
          chunk.pendingVersion() == 0 ? "-" : Long.toString(chunk.pendingVersion()),
          chunk.lengthBytes(),
          chunk.capacityBytes(),
          chunk.digest(),
          chunk.clientId(),
          chunk.channel(),
          chunk.sequence());
    }
  }
}
