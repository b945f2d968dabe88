package io.luciola.cluster.cli;

import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc.MgmtdAdminBlockingStub;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** A verb of {@code luciola admin} whose work goes on in the cluster, and which waits for it. */
public abstract class AdminWaitingCommand extends AdminCommand {

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int MOST_TRIES = 25;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long to wait for the cluster at most (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  /**
   * Asks for the status until it is as wanted.
   *
   * @param wanted what is waited for, for the message when it does not come
   */
  protected final void await(String wanted, Predicate<GetStatusResponse> reached) {
    long endNs = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
    while (!reached.test(ask(mgmtd -> mgmtd.status(TIMEOUT)))) {
      if (System.nanoTime() - endNs >= 0) {
        throw CommandFailure.failed(
            "after "
                + timeoutSeconds
                + " s "
                + wanted
                + " is not reached; 'luciola admin status' says what stands in the way");
      }
      pause();
    }
  }

  /** Makes a change that Mgmtd may refuse for a while; tries it for some seconds. */
  protected final void changeSoon(Consumer<MgmtdAdminBlockingStub> change) {
    String refusal = changeUnlessRefused(change);
    for (int tries = 1; tries < MOST_TRIES && refusal != null; tries++) {
      pause();
      refusal = changeUnlessRefused(change);
    }
    if (refusal != null) {
      throw CommandFailure.failed("Mgmtd refuses: " + refusal);
    }
  }

  /** Waits a moment. */
  protected static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted; what was begun goes on in the cluster");
    }
  }
}
