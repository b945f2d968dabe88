package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.SetPreferredTargetOrderRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin set-preferred-target-order}. */
@Command(
    name = "set-preferred-target-order",
    description = {
      "Says in which order the targets of a chain should be.",
      "Nothing moves by that; see rotate-as-preferred-order."
    })
final class SetPreferredTargetOrderVerb extends AdminCommand {

  @Parameters(index = "0", paramLabel = "CHAIN", description = "Its id.")
  private int chainId;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TARGET",
      description = "Every target of the chain, head first.")
  private List<Long> targetIds;

  @Override
  public Integer call() {
    SetPreferredTargetOrderRequest request =
        SetPreferredTargetOrderRequest.newBuilder()
            .setChainId(chainId)
            .addAllTargetIds(targetIds)
            .build();
    change(mgmtd -> mgmtd.setPreferredTargetOrder(request));
    out().printf("chain %d should be in the order %s%n", chainId, targetIds);
    return 0;
  }
}
