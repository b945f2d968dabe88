package io.luciola.cluster.cli;

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
    ask(
        mgmtd -> {
          mgmtd.offlineTarget(targetId, TIMEOUT);
          return targetId;
        });
    out().printf("target %d goes offline%n", targetId);
    return 0;
  }
}
