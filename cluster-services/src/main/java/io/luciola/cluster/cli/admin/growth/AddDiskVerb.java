package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.status.DiskFacts;
import io.luciola.cluster.cli.status.NodeSlots;
import io.luciola.cluster.cli.status.SlotAdvice;
import io.luciola.cluster.cli.status.SlotView;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code luciola admin add-disk}. */
@Command(
    name = "add-disk",
    description = {
      "Has a storage node take in disks without a restart: it reads its configuration file again,"
          + " and opens the disks that it does not have or that have failed.",
      "Write the disk at the end of 'disks' in the node's file first, or put another drive into the"
          + " slot of a failed one. Disks that serve are left alone. May be repeated at any time.",
      "Exit code 1 when a slot of the node is FAILED, or something was not done."
    })
public final class AddDiskVerb extends AdminWaitingCommand {

  @Option(names = "--node", required = true, paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Option(names = "--no-wait", description = "Do not wait until the node has looked.")
  private boolean noWait;

  @Override
  public Integer call() {
    GetStatusResponse before = ask(mgmtd -> mgmtd.status(TIMEOUT));
    Set<String> known =
        node(before).getDisksList().stream().map(Disk::getUuid).collect(Collectors.toSet());
    DiskLook look = new DiskLook(this, nodeId, new DiskFacts(before).lookDone(nodeId));
    look.begin();
    if (noWait) {
      say("node " + nodeId + " looks at its disks; 'luciola admin list-disks' shows what it finds");
      return 0;
    }
    GetStatusResponse[] after = {before};
    await(
        "that node " + nodeId + " has looked at its disks",
        status -> {
          after[0] = status;
          return look.isDone(status);
        });
    return show(after[0], known);
  }

  private Node node(GetStatusResponse status) {
    return status.getRouting().getNodesList().stream()
        .filter(node -> node.getId() == nodeId)
        .findFirst()
        .orElseThrow(() -> CommandFailure.failed("there is no node " + nodeId));
  }

  private int show(GetStatusResponse status, Set<String> known) {
    Node node = node(status);
    List<SlotView> slots = new NodeSlots(status).of(node);
    SlotView.print(slots, out());
    out().println();
    List<Disk> added =
        node.getDisksList().stream().filter(disk -> !known.contains(disk.getUuid())).toList();
    added.forEach(disk -> out().printf("new: %s, disk %s%n", disk.getDevice(), disk.getUuid()));
    if (added.isEmpty()) {
      out().printf("node %d has no disk that it did not have before%n", nodeId);
    }
    long empty = slots.stream().filter(slot -> slot.serves() && slot.targets() == 0).count();
    if (empty > 0) {
      out()
          .printf(
              "%s; nothing uses them yet: luciola admin %s%n",
              empty == 1 ? "1 disk holds no target" : empty + " disks hold no targets",
              lacksOne(slots) ? "replace-disk --node " + nodeId : "grow");
    }
    slots.stream()
        .filter(slot -> !slot.failed())
        .flatMap(slot -> SlotAdvice.of(slot).stream())
        .forEach(advice -> out().println(advice));
    String refusal = new DiskFacts(status).lookRefusal(nodeId);
    if (!refusal.isEmpty()) {
      out().printf("not done: %s%n", refusal);
    }
    out().flush();
    if (!refusal.isEmpty()) {
      return CommandFailure.FAILED;
    }
    return slots.stream().anyMatch(SlotView::failed) ? CommandFailure.FAILED : 0;
  }

  /** Whether targets of the node are on a disk that it cannot use. */
  private static boolean lacksOne(List<SlotView> slots) {
    return slots.stream().anyMatch(slot -> !slot.serves() && slot.targets() > 0);
  }
}
