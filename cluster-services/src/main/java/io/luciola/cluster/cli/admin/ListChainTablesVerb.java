package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.admin.ListChainTablesVerb.TableView;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code luciola admin list-chain-tables}. */
@Command(
    name = "list-chain-tables",
    description = "Lists all versions of all chain tables with their chains.")
final class ListChainTablesVerb extends AdminQuery<List<TableView>> {

  /** A version of a chain table in a list, with the first slot of each round. */
  record TableView(int id, int version, List<Integer> chains, List<Integer> roundStarts) {}

  @Override
  protected List<TableView> select(GetStatusResponse status) {
    return status.getRouting().getChainTablesList().stream()
        .map(
            table ->
                new TableView(
                    table.getId(),
                    table.getVersion(),
                    List.copyOf(table.getChainIdsList()),
                    table.getRoundStartsCount() == 0
                        ? List.of(0)
                        : List.copyOf(table.getRoundStartsList())))
        .toList();
  }

  @Override
  protected void print(List<TableView> tables, PrintWriter out) {
    out.printf("%5s  %7s  %6s  %s%n", "TABLE", "VERSION", "LENGTH", "CHAINS");
    for (TableView table : tables) {
      out.printf(
          "%5d  %7d  %6d  %s%n", table.id, table.version, table.chains.size(), chains(table));
    }
  }

  private static String chains(TableView table) {
    StringBuilder text = new StringBuilder();
    for (int slot = 0; slot < table.chains.size(); slot++) {
      String gap = slot == 0 ? "" : table.roundStarts.contains(slot) ? " | " : " ";
      text.append(gap).append(table.chains.get(slot));
    }
    return text.toString();
  }
}
