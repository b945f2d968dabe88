package io.luciola.chaintable.analysis;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.placement.ChainTableGenerator;
import io.luciola.chaintable.placement.GrowthPlan;
import io.luciola.chaintable.placement.GrowthPlanner;
import io.luciola.chaintable.placement.GrowthRequest;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.PlacementRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster that is filled, gets empty nodes or disks, and is filled further, on paper: with the
 * code that plans growth and chooses chains in a running cluster, or as 3FS would.
 */
public final class Expansion {

  /**
   * What is to happen.
   *
   * @param before the cluster at first
   * @param after its nodes and disks after it grew, the first ones among them
   * @param stripe chains of a file
   * @param fileBytes size of the files
   * @param fillBefore which part is full when it grows
   * @param fillAfter up to which part of the grown cluster writing goes on
   */
  public record Scenario(
      PlacementRequest before,
      List<PlacementNode> after,
      int stripe,
      long fileBytes,
      double fillBefore,
      double fillAfter) {}

  /**
   * How full the cluster was at some moment.
   *
   * @param grown whether that was after it grew
   */
  public record Moment(boolean grown, Fill fill) {}

  /**
   * What came of it.
   *
   * @param moments in order; the last is the end
   * @param full whether a write found no space, at the last moment
   * @param table the table at the end
   */
  public record Outcome(List<Moment> moments, boolean full, PlacedTable table) {

    /** How full the cluster was at the end. */
    public Fill end() {
      return moments.getLast().fill();
    }
  }

  private static final double STEP = 0.01;

  private Expansion() {}

  /** With Luciola's rule, planner and chooser. */
  public static Outcome dispersed(Scenario scenario) {
    Placement placement = ChainTableGenerator.generate(scenario.before);
    ChainTable table = placement.tables().getFirst();
    PlacedTable placed = PlacedTable.of(scenario.before.nodes(), placement, table);
    Filling filling = new Filling(placed);
    long seed = scenario.before.seed();
    List<Moment> moments = new ArrayList<>();
    Writer writer = until -> filling.growing(scenario.stripe, scenario.fileBytes, until, seed);
    if (!fill(filling, writer, false, scenario.fillBefore, moments)) {
      return new Outcome(moments, true, placed);
    }
    GrowthPlan plan =
        GrowthPlanner.plan(
            new GrowthRequest(
                scenario.after,
                placement.targets(),
                placement.chains(),
                table,
                filling.usedByChain(),
                scenario.before.tables().getFirst().targetsPerDisk(),
                seed));
    PlacedTable grown = grown(scenario, placement, plan);
    filling.onTable(grown);
    boolean enough = fill(filling, writer, true, scenario.fillAfter, moments);
    return new Outcome(moments, !enough, grown);
  }

  private static PlacedTable grown(Scenario scenario, Placement placement, GrowthPlan plan) {
    List<PlacedTarget> targets = new ArrayList<>(plan.targets());
    for (PlacedTarget old : placement.targets()) {
      targets.add(
          new PlacedTarget(
              old.id(), old.nodeId(), old.diskUuid(), old.chainId(), plan.budgets().get(old.id())));
    }
    List<Chain> chains = new ArrayList<>(placement.chains());
    chains.addAll(plan.chains());
    return PlacedTable.of(scenario.after, targets, chains, plan.table());
  }

  /**
   * As 3FS: a table by disk index, and after the growth a new one of the same kind over all nodes;
   * files are laid out over the table's slots in turn, whatever is full.
   */
  public static Outcome byDiskIndex(Scenario scenario) {
    PlacedTable before = byDiskIndex(scenario.before);
    PlacedTable after =
        byDiskIndex(
            new PlacementRequest(
                scenario.after,
                scenario.before.tables(),
                PlacementRule.BY_DISK_INDEX,
                scenario.before.seed()));
    Filling filling = new Filling(before);
    List<Moment> moments = new ArrayList<>();
    Writer writer = until -> filling.fixedStripe(scenario.stripe, scenario.fileBytes, until);
    if (!fill(filling, writer, false, scenario.fillBefore, moments)) {
      return new Outcome(moments, true, before);
    }
    filling.onTable(after);
    boolean enough = fill(filling, writer, true, scenario.fillAfter, moments);
    return new Outcome(moments, !enough, after);
  }

  private static PlacedTable byDiskIndex(PlacementRequest request) {
    Placement placement = ChainTableGenerator.generate(request.by(PlacementRule.BY_DISK_INDEX));
    return PlacedTable.of(request.nodes(), placement, placement.tables().getFirst());
  }

  @FunctionalInterface
  private interface Writer {
    boolean writeUntil(double fill);
  }

  private static boolean fill(
      Filling filling, Writer writer, boolean grown, double until, List<Moment> moments) {
    moments.add(new Moment(grown, filling.fill()));
    while (filling.fill().ofCluster() < until) {
      double next = Math.min(until, filling.fill().ofCluster() + STEP);
      boolean enough = writer.writeUntil(next);
      moments.add(new Moment(grown, filling.fill()));
      if (!enough) {
        return false;
      }
    }
    return true;
  }
}
