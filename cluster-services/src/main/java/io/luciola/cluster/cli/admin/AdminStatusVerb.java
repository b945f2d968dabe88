package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.admin.AdminStatusVerb.Page;
import io.luciola.cluster.cli.status.ChainView;
import io.luciola.cluster.cli.status.ClusterStatus;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code luciola admin status}: the one page for 3 a.m. */
@Command(
    name = "status",
    description = {
      "The one page for 3 a.m.: what is wrong, what is being done about it, and what is left to"
          + " do.",
      "Exit code 1 when the cluster is not well."
    })
final class AdminStatusVerb extends AdminQuery<Page> {

  private static final int MOST_CHAINS_SHOWN = 20;

  /** What is shown; chains that serve no more come first. */
  record Page(
      boolean healthy, ClusterStatus cluster, List<ChainDiagnosis> diagnoses, SpaceView space) {}

  @Override
  protected Page select(GetStatusResponse status) {
    ClusterStatus cluster = ClusterStatus.of(status);
    StatusFacts facts = new StatusFacts(status);
    Set<Integer> notWell =
        cluster.chainsNotWell().stream().map(ChainView::id).collect(Collectors.toSet());
    List<ChainDiagnosis> diagnoses =
        status.getRouting().getChainsList().stream()
            .filter(chain -> notWell.contains(chain.getId()))
            .map(chain -> ChainDiagnosis.of(chain, facts))
            .sorted((a, b) -> Boolean.compare(a.serves(), b.serves()))
            .toList();
    return new Page(cluster.healthy(), cluster, diagnoses, SpaceView.of(status, facts));
  }

  @Override
  protected void print(Page page, PrintWriter out) {
    page.cluster.printHeadline(out);
    ClusterStatus.printNodes(page.cluster.nodes(), out);
    page.cluster.printAdvice(out);
    page.space.print(out);
    page.diagnoses.stream().limit(MOST_CHAINS_SHOWN).forEach(chain -> chain.print(out));
    if (page.diagnoses.size() > MOST_CHAINS_SHOWN) {
      out.printf("%nand %d more chains%n", page.diagnoses.size() - MOST_CHAINS_SHOWN);
    }
  }

  @Override
  protected int exitCode(Page page) {
    return page.healthy ? 0 : 1;
  }
}
