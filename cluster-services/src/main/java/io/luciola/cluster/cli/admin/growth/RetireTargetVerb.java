package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.growth.RetirementPlan.Entry;
import io.luciola.cluster.cli.status.DiskFacts;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.RetireTargetsRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin retire-target}. */
@Command(
    name = "retire-target",
    description = {
      "Removes targets from their disks for good, with all that is on them: those that are in no"
          + " chain, and those on a disk that the cluster does not know.",
      "The nodes go on meanwhile. May be repeated: what is still to be removed is waited for."
    })
public final class RetireTargetVerb extends AdminWaitingCommand {

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Ids of targets in no chain, or that the cluster does not know.")
  private List<Long> targetIds = List.of();

  @Option(
      names = "--unknown",
      description = "All targets of a node that the cluster does not know; with --node.")
  private boolean allUnknown;

  @Option(names = "--node", paramLabel = "NODE", description = "Only on this node.")
  private @Nullable Integer nodeId;

  @Option(names = "--disk", paramLabel = "UUID", description = "Only on this disk; with --node.")
  private @Nullable String disk;

  @Option(names = "--no-wait", description = "Do not wait until the targets are gone.")
  private boolean noWait;

  @Mixin private Confirmation confirmation;

  @Override
  public Integer call() {
    checkCommandLine();
    RetirementPlan plan = plan(ask(mgmtd -> mgmtd.status(TIMEOUT)));
    if (plan.entries().isEmpty()) {
      say("nothing to remove: the cluster knows all targets there");
      return 0;
    }
    plan.print(out());
    if (!plan.toRemove().isEmpty()) {
      confirmation.ask("Remove these targets and all that is on them?");
      plan.toRemove().stream()
          .collect(Collectors.groupingBy(Entry::node, TreeMap::new, Collectors.toList()))
          .forEach(this::remove);
    }
    if (noWait) {
      say("the nodes remove them; 'luciola admin list-disks' shows what is left");
    } else {
      awaitGone(plan);
    }
    return 0;
  }

  private void checkCommandLine() {
    if (allUnknown && !targetIds.isEmpty()) {
      throw CommandFailure.usage("name targets, or give --unknown; not both");
    }
    if (!allUnknown && targetIds.isEmpty()) {
      throw CommandFailure.usage("which targets? Name them, or give --unknown --node NODE");
    }
    if (nodeId == null && (allUnknown || disk != null)) {
      throw CommandFailure.usage((allUnknown ? "--unknown" : "--disk") + " goes with --node NODE");
    }
  }

  private RetirementPlan plan(GetStatusResponse status) {
    return allUnknown && nodeId != null
        ? RetirementPlan.ofUnknown(status, nodeId, disk)
        : RetirementPlan.ofTargets(status, targetIds, nodeId, disk);
  }

  private void remove(int node, List<Entry> entries) {
    RetireTargetsRequest request =
        RetireTargetsRequest.newBuilder()
            .setNodeId(node)
            .addAllTargets(entries.stream().map(Entry::onDisk).toList())
            .build();
    changeSoon(stub -> stub.retireTargets(request));
  }

  private void awaitGone(RetirementPlan plan) {
    int all = plan.entries().size();
    int[] saidGone = {-1};
    Set<String> said = new HashSet<>();
    await(
        "that all these targets are gone from their disks",
        status -> {
          List<Entry> left = plan.left(status);
          if (all - left.size() != saidGone[0]) {
            saidGone[0] = all - left.size();
            say(saidGone[0] + " of " + all + " targets are gone");
          }
          obstacles(left, status).stream().filter(said::add).forEach(this::say);
          return left.isEmpty();
        });
  }

  /** What targets wait for that cannot be removed now. */
  static List<String> obstacles(List<Entry> left, GetStatusResponse status) {
    StatusFacts nodes = new StatusFacts(status);
    DiskFacts disks = new DiskFacts(status);
    Map<String, Entry> byDisk =
        left.stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.node() + " " + entry.disk(),
                    entry -> entry,
                    (a, _) -> a,
                    TreeMap::new));
    return byDisk.values().stream()
        .map(entry -> obstacle(entry.node(), entry.disk(), nodes, disks))
        .filter(obstacle -> !obstacle.isEmpty())
        .toList();
  }

  private static String obstacle(int node, String uuid, StatusFacts nodes, DiskFacts disks) {
    if (!nodes.isAlive(node)) {
      return "waiting for node " + node + ", which is not alive";
    }
    if (!disks.isReported(node)) {
      return ""; // it will say so in a moment
    }
    String start = "waiting for disk " + uuid + " of node " + node;
    DiskReport slot = disks.slot(node, uuid);
    if (slot == null) {
      return start + ", which is in no slot";
    }
    return DiskFacts.hasFailed(slot) ? start + ", which has FAILED: " + slot.getReason() : "";
  }
}
