package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.analysis.PlacedTable.PlacedDisk;
import java.util.ArrayList;
import java.util.List;

/** One of several tables that share disks. */
final class TableShare {

  private TableShare() {}

  /** The table on disks that are as large as what its chains may use. */
  static PlacedTable of(PlacedTable placed) {
    long[] usable = usableBytes(placed);
    List<PlacedDisk> disks = new ArrayList<>();
    for (int i = 0; i < usable.length; i++) {
      PlacedDisk disk = placed.disks().get(i);
      disks.add(
          new PlacedDisk(
              disk.node(), disk.nodeId(), disk.index(), disk.uuid(), Math.max(1, usable[i])));
    }
    return new PlacedTable(
        placed.table(), placed.nodes(), disks, placed.slots(), placed.budgetBytes());
  }

  /** By disk: the budgets of its targets. */
  static long[] usableBytes(PlacedTable placed) {
    long[] usable = new long[placed.disks().size()];
    for (int slot = 0; slot < placed.slots().length; slot++) {
      for (int disk : placed.slots()[slot]) {
        usable[disk] += placed.budgetBytes()[slot];
      }
    }
    return usable;
  }
}
