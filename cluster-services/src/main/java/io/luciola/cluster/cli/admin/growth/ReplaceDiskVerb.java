package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.cli.output.OutputFormat;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.ReplaceTargetRequest;
import io.luciola.cluster.mgmtd.proto.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code luciola admin replace-disk}. */
@Command(
    name = "replace-disk",
    description = {
      "Puts new targets on a new disk in the place of those of a disk that is lost, each in its"
          + " chain; they are refilled by the others. Old targets are forgotten.",
      "The node has to have the new disk already; see add-disk. May be repeated: what is left is"
          + " done."
    })
public final class ReplaceDiskVerb extends AdminWaitingCommand {

  private static final int MOST_LOOKS = 25;

  @Option(names = "--node", required = true, paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Option(
      names = "--old-disk",
      paramLabel = "UUID",
      description = "The lost disk (default: the only one that is missing or FAILED).")
  private @Nullable String oldDisk;

  @Option(
      names = "--new-disk",
      paramLabel = "UUID",
      description = "The new disk (default: the only one that serves without targets).")
  private @Nullable String newDisk;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  @Option(names = "--no-wait", description = "Do not wait until the new targets serve.")
  private boolean noWait;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  @Mixin private Confirmation confirmation;

  @Override
  public Integer call() {
    DiskReplacement replacement = DiskReplacement.of(settled(), nodeId, oldDisk, newDisk);
    show(replacement);
    if (dryRun) {
      return 0;
    }
    if (!replacement.targets().isEmpty()) {
      confirmation.ask("Replace the disk's targets?");
      replacement.targets().forEach(step -> replace(step, replacement.newDisk()));
    }
    if (!noWait) {
      awaitServing();
    }
    return 0;
  }

  /** The status when the node has said how its disks are, or does not say it for long. */
  private GetStatusResponse settled() {
    GetStatusResponse status = ask(mgmtd -> mgmtd.status(TIMEOUT));
    for (int looks = 1; looks < MOST_LOOKS && !isSettled(status); looks++) {
      pause();
      status = ask(mgmtd -> mgmtd.status(TIMEOUT));
    }
    return status;
  }

  private boolean isSettled(GetStatusResponse status) {
    DiskFitness fitness = new DiskFitness(status);
    return status.getRouting().getNodesList().stream()
        .filter(node -> node.getId() == nodeId && node.getAlive())
        .allMatch(fitness::isReported);
  }

  private void show(DiskReplacement replacement) {
    if (format == OutputFormat.JSON) {
      out().println(JsonText.of(replacement));
    } else if (!replacement.targets().isEmpty()) {
      replacement.print(out());
    }
    if (replacement.targets().isEmpty()) {
      say("nothing to replace: no target of node " + nodeId + " is on a lost disk");
    }
    out().flush();
  }

  private void replace(DiskReplacement.Step step, String disk) {
    ReplaceTargetRequest request =
        ReplaceTargetRequest.newBuilder()
            .setOldTargetId(step.oldTarget())
            .setReplacement(
                Target.newBuilder()
                    .setId(step.newTarget())
                    .setNodeId(nodeId)
                    .setDiskUuid(disk)
                    .setBudgetBytes(step.budgetBytes()))
            .build();
    changeSoon(stub -> stub.replaceTarget(request));
    say(
        step.chain() == DiskReplacement.NO_CHAIN
            ? "target " + step.oldTarget() + " is forgotten"
            : "target "
                + step.newTarget()
                + " is in chain "
                + step.chain()
                + " in the place of "
                + step.oldTarget());
  }

  private void awaitServing() {
    Set<String> said = new HashSet<>();
    await(
        "that all targets serve which took a place",
        status -> {
          List<String> left = notServing(status);
          left.stream().filter(said::add).forEach(this::say);
          return left.isEmpty();
        });
    say("all targets serve that took the place of others on node " + nodeId);
  }

  private List<String> notServing(GetStatusResponse status) {
    Set<Long> fresh =
        status.getRouting().getTargetsList().stream()
            .filter(target -> target.getNodeId() == nodeId)
            .filter(target -> !target.getReplacedDiskUuid().isEmpty())
            .map(Target::getId)
            .collect(Collectors.toSet());
    return status.getRouting().getChainsList().stream()
        .flatMap(
            chain ->
                chain.getTargetsList().stream()
                    .filter(target -> fresh.contains(target.getTargetId()))
                    .filter(target -> target.getState() != PublicTargetState.SERVING)
                    .map(target -> state(chain, target)))
        .toList();
  }

  private static String state(Chain chain, ChainTarget target) {
    return "chain "
        + chain.getId()
        + ": target "
        + target.getTargetId()
        + " is "
        + target.getState();
  }
}
