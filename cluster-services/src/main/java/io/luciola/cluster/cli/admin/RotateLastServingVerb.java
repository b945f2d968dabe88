package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AcceptedLoss;
import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.RotateLastServingRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code luciola admin rotate-lastsrv}. */
@Command(
    name = "rotate-lastsrv",
    description = {
      "Gives up the first LASTSRV target of a chain that serves no more, as when its disk is"
          + " burnt; the next target takes its place.",
      "What only the lost target has is lost for good."
    })
final class RotateLastServingVerb extends AdminCommand {

  @Parameters(paramLabel = "CHAIN", description = "Its id.")
  private int chainId;

  @Mixin private AcceptedLoss loss;

  @Override
  public Integer call() {
    loss.check();
    RotateLastServingRequest request =
        RotateLastServingRequest.newBuilder().setChainId(chainId).build();
    change(mgmtd -> mgmtd.rotateLastServing(request));
    out().printf("the first LASTSRV target of chain %d is given up%n", chainId);
    return 0;
  }
}
