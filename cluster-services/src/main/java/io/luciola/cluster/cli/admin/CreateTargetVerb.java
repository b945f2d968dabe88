package io.luciola.cluster.cli.admin;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.CreateTargetRequest;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code luciola admin create-target}. */
@Command(
    name = "create-target",
    description = {
      "Gives a node one more target, which belongs to no chain yet; prints its id.",
      "upload-chains makes a new chain of such targets, update-chain adds one to a chain."
    })
final class CreateTargetVerb extends AdminCommand {

  @Option(names = "--node", required = true, paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Option(
      names = "--disk",
      required = true,
      paramLabel = "DISK",
      description = "The disk's number on the node, from 0, or its UUID.")
  private String disk;

  @Option(
      names = "--budget",
      required = true,
      paramLabel = "SIZE",
      description = "Most bytes of chunks it may hold, for example 200GiB.")
  private String budget;

  @Override
  public Integer call() {
    RoutingMap map = ask(mgmtd -> mgmtd.status(TIMEOUT)).getRouting();
    long targetId = 1 + map.getTargetsList().stream().mapToLong(Target::getId).max().orElse(0);
    CreateTargetRequest request =
        CreateTargetRequest.newBuilder()
            .setTargetId(targetId)
            .setNodeId(nodeId)
            .setDiskUuid(uuid(map))
            .setBudgetBytes(budgetBytes())
            .build();
    change(mgmtd -> mgmtd.createTarget(request));
    out().println(targetId);
    return 0;
  }

  private String uuid(RoutingMap map) {
    Node node =
        map.getNodesList().stream()
            .filter(candidate -> candidate.getId() == nodeId)
            .findFirst()
            .orElseThrow(() -> CommandFailure.failed("there is no node " + nodeId));
    return node.getDisksList().stream()
        .filter(known -> disk.equals(Integer.toString(known.getIndex())))
        .map(Disk::getUuid)
        .findFirst()
        .orElse(disk);
  }

  private long budgetBytes() {
    try {
      return ByteSize.parse(budget);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage("--budget: " + wrong.getMessage());
    }
  }
}
