package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin offline-target}. */
@Command(
    name = "offline-target",
    description = {
      "Takes a target out of its chain.",
      "If it lives, it is refilled by the others and comes back as the tail."
    })
final class OfflineTargetVerb extends AdminCommand {

  @Parameters(paramLabel = "TARGET", description = "Its id.")
  private long targetId;

  @Override
  public Integer call() {
    OfflineTargetRequest request = OfflineTargetRequest.newBuilder().setTargetId(targetId).build();
    change(mgmtd -> mgmtd.offlineTarget(request));
    out().printf("target %d goes offline%n", targetId);
    return 0;
  }
}
