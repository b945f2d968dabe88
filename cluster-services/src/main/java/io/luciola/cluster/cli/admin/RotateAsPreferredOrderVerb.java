package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RotateAsPreferredOrderRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin rotate-as-preferred-order}. */
@Command(
    name = "rotate-as-preferred-order",
    description = {
      "Brings a chain one move nearer to its preferred order: one target goes out, is refilled with"
          + " what it missed and comes back as the tail.",
      "Only while all targets of the chain serve; the fewest targets move."
    })
final class RotateAsPreferredOrderVerb extends AdminWaitingCommand {

  @Parameters(paramLabel = "CHAIN", description = "Its id.")
  private int chainId;

  @Option(
      names = "--until-done",
      description = "Waits for every move and goes on until the chain is in its preferred order.")
  private boolean untilDone;

  @Override
  public Integer call() {
    RotateAsPreferredOrderRequest request =
        RotateAsPreferredOrderRequest.newBuilder().setChainId(chainId).build();
    while (true) {
      long moving = change(mgmtd -> mgmtd.rotateAsPreferredOrder(request)).getMovingTargetId();
      if (moving == 0) {
        out().printf("chain %d is in its preferred order%n", chainId);
        return 0;
      }
      out().printf("target %d of chain %d moves to the end%n", moving, chainId);
      out().flush();
      if (!untilDone) {
        return 0;
      }
      await(
          "that target " + moving + " serves as the tail",
          status -> allServeBefore(moving, status));
    }
  }

  private boolean allServeBefore(long tail, GetStatusResponse status) {
    return status.getRouting().getChainsList().stream()
        .filter(chain -> chain.getId() == chainId)
        .anyMatch(
            chain -> chain.getTargetsList().getLast().getTargetId() == tail && allServe(chain));
  }

  private static boolean allServe(Chain chain) {
    return chain.getTargetsList().stream()
        .allMatch(target -> target.getState() == PublicTargetState.SERVING);
  }
}
