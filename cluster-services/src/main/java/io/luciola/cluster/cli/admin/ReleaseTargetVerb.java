package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AcceptedLoss;
import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.ReleaseTargetRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code luciola admin release-target}. */
@Command(
    name = "release-target",
    description = {
      "Lets a target come back that was taken out because it differed from the others.",
      "It is refilled by them: what it alone has is lost, and cannot be looked at any more."
    })
final class ReleaseTargetVerb extends AdminCommand {

  @Parameters(paramLabel = "TARGET", description = "Its id.")
  private long targetId;

  @Mixin private AcceptedLoss loss;

  @Override
  public Integer call() {
    loss.check();
    ReleaseTargetRequest request = ReleaseTargetRequest.newBuilder().setTargetId(targetId).build();
    change(mgmtd -> mgmtd.releaseTarget(request));
    out().printf("target %d comes back%n", targetId);
    return 0;
  }
}
