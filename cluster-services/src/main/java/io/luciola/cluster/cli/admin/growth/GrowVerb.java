package io.luciola.cluster.cli.admin.growth;

import io.luciola.chaintable.placement.GrowthPlan;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.TargetIds;
import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.cli.output.OutputFormat;
import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code luciola admin grow}. */
@Command(
    name = "grow",
    description = {
      "Makes the cluster use disks that hold no target yet, of new nodes and of old ones: new"
          + " targets, new chains of them, and a chain table with these, in one step.",
      "Nothing that is stored moves; new files get the new space. May be repeated at any time."
    })
public final class GrowVerb extends AdminWaitingCommand {

  private static final int MOST_PLANS = 10;
  private static final int MOST_LOOKS = 25;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  @Option(
      names = "--targets-per-disk",
      paramLabel = "N",
      defaultValue = "0",
      description = "Least number on a new disk (default: the mean of the old ones).")
  private int targetsPerDisk;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed and cluster give the same plan (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  @Mixin private Confirmation confirmation;

  @Override
  public Integer call() {
    if (targetsPerDisk < 0 || targetsPerDisk > TargetIds.MAX_NUMBER) {
      throw CommandFailure.usage("--targets-per-disk is from 1 to " + TargetIds.MAX_NUMBER);
    }
    @Nullable String refusal = null;
    @Nullable GrowthView confirmed = null;
    for (int tries = 0; tries < MOST_PLANS; tries++) {
      GrowingCluster cluster = settled();
      if (!cluster.hasNewDisks()) {
        return nothingToDo(cluster);
      }
      GrowthPlan plan = cluster.plan(targetsPerDisk, seed);
      GrowthView view = cluster.view(plan);
      if (confirmed == null || !view.promisesTheSameAs(confirmed)) {
        show(view);
        if (dryRun) {
          return 0;
        }
        confirmation.ask("Make the cluster grow?");
        confirmed = view;
      }
      refusal = apply(request(cluster.routingVersion(), plan));
      if (refusal == null) {
        awaitHeld(plan.targets().stream().map(PlacedTarget::id).toList());
        say("the cluster has grown; new files use chain table version " + plan.table().version());
        return 0;
      }
      say(refusal);
      pause();
    }
    throw CommandFailure.failed("the cluster does not come to rest: " + refusal);
  }

  /** The cluster, when those that live have said what they hold, or do not say it for long. */
  private GrowingCluster settled() {
    GrowingCluster cluster = new GrowingCluster(ask(mgmtd -> mgmtd.status(TIMEOUT)));
    for (int looks = 1; looks < MOST_LOOKS && cluster.isUnsettled(); looks++) {
      pause();
      cluster = new GrowingCluster(ask(mgmtd -> mgmtd.status(TIMEOUT)));
    }
    return cluster;
  }

  private int nothingToDo(GrowingCluster cluster) {
    cluster.leftOut().forEach(reason -> say("left out: " + reason));
    if (!dryRun) {
      awaitHeld(cluster.targetsNotHeld());
    }
    say(
        cluster.leftOut().isEmpty()
            ? "nothing to do: every disk holds targets"
            : "nothing to do: every disk that takes part holds targets");
    if (format == OutputFormat.JSON) {
      show(cluster.view(cluster.nothing()));
    }
    return 0;
  }

  private void show(GrowthView view) {
    if (format == OutputFormat.TABLE) {
      view.print(out());
    } else {
      out().println(JsonText.of(view));
      out().flush();
    }
  }

  /** Returns why it has to be planned again; null when it is done. */
  private @Nullable String apply(ApplyGrowthRequest request) {
    return changeUnlessRefused(stub -> stub.applyGrowth(request));
  }

  private void awaitHeld(List<Long> targets) {
    if (targets.isEmpty()) {
      return;
    }
    long[] said = {-1};
    await(
        "that all new targets are held by their nodes",
        status -> {
          GrowingCluster cluster = new GrowingCluster(status);
          long held = cluster.held(targets);
          if (held != said[0]) {
            said[0] = held;
            say(held + " of " + targets.size() + " new targets are held by their nodes");
          }
          return held == targets.size();
        });
  }

  private static ApplyGrowthRequest request(long routingVersion, GrowthPlan plan) {
    ApplyGrowthRequest.Builder request =
        ApplyGrowthRequest.newBuilder()
            .setRoutingVersion(routingVersion)
            .setTable(
                ChainTable.newBuilder()
                    .setId(plan.table().id())
                    .setVersion(plan.table().version())
                    .addAllChainIds(plan.table().chainIds())
                    .addAllRoundStarts(plan.table().roundStarts()));
    for (PlacedTarget target : plan.targets()) {
      request.addTargets(
          Target.newBuilder()
              .setId(target.id())
              .setNodeId(target.nodeId())
              .setDiskUuid(target.diskUuid())
              .setChainId(target.chainId())
              .setBudgetBytes(target.budgetBytes()));
    }
    plan.chains()
        .forEach(
            chain ->
                request.addChains(
                    NewChain.newBuilder()
                        .setId(chain.id())
                        .addAllTargetIds(
                            chain.targets().stream().map(member -> member.targetId()).toList())));
    plan.budgets()
        .forEach(
            (id, bytes) ->
                request.addBudgets(
                    TargetBudget.newBuilder().setTargetId(id).setBudgetBytes(bytes)));
    return request.build();
  }
}
