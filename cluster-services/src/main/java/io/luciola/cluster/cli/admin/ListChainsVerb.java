package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.status.ChainView;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code luciola admin list-chains}. */
@Command(name = "list-chains", description = "Lists all chains with the states of their targets.")
final class ListChainsVerb extends AdminQuery<List<ChainView>> {

  @Override
  protected List<ChainView> select(GetStatusResponse status) {
    return status.getRouting().getChainsList().stream()
        .map(chain -> ChainView.of(chain, status.getRouting()))
        .toList();
  }

  @Override
  protected void print(List<ChainView> chains, PrintWriter out) {
    out.printf("%7s  %7s  %s%n", "CHAIN", "VERSION", "TARGETS (target@node state)");
    chains.forEach(chain -> chain.print(out));
  }
}
