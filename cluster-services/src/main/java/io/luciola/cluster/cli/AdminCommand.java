package io.luciola.cluster.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc.MgmtdAdminBlockingStub;
import io.luciola.cluster.routing.RoutingTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A verb of {@code luciola admin}: asks the Mgmtds of one cluster. */
@Command(mixinStandardHelpOptions = true)
public abstract class AdminCommand implements Callable<Integer> {

  /** How long a question may take. */
  protected static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--cluster",
      paramLabel = "SPEC",
      required = true,
      description = "The cluster, luciola://HOST:PORT[,HOST:PORT...]/.")
  private String cluster;

  /** Asks the primary Mgmtd; what goes wrong is a {@link CommandFailure}. */
  protected final <T> T ask(Function<MgmtdClient, T> question) {
    try (MgmtdClient mgmtd = new MgmtdClient(clusterSpec())) {
      return question.apply(mgmtd);
    } catch (MgmtdUnavailableException silent) {
      throw CommandFailure.failed(silent.getMessage());
    } catch (StatusRuntimeException refused) {
      throw CommandFailure.failed("Mgmtd refuses: " + refused.getStatus().getDescription());
    }
  }

  /** Asks the primary Mgmtd for a change; what goes wrong is a {@link CommandFailure}. */
  protected final <T> T change(Function<MgmtdAdminBlockingStub, T> change) {
    return ask(mgmtd -> mgmtd.admin(TIMEOUT, change));
  }

  /**
   * Asks the primary Mgmtd for a change that may have to wait; returns why it cannot be made now,
   * null when it is made.
   */
  public final @Nullable String changeUnlessRefused(Consumer<MgmtdAdminBlockingStub> change) {
    return ask(
        mgmtd -> {
          try {
            mgmtd.admin(
                TIMEOUT,
                stub -> {
                  change.accept(stub);
                  return true;
                });
            return null;
          } catch (StatusRuntimeException refused) {
            if (refused.getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
              throw refused;
            }
            return String.valueOf(refused.getStatus().getDescription());
          }
        });
  }

  /** The routing table as the primary Mgmtd has it now. */
  protected final RoutingTable routingNow() {
    return RoutingTable.of(ask(mgmtd -> mgmtd.status(TIMEOUT)).getRouting());
  }

  /** Asks Meta; what goes wrong is a {@link CommandFailure}. */
  protected final <T> T askMeta(Function<Namespace, T> question) {
    ClientOptions options =
        new ClientOptions(clusterSpec(), TIMEOUT, DataPathOptions.DEFAULTS, TIMEOUT);
    try (LuciolaClient client = LuciolaClient.connect(options)) {
      return question.apply(client.namespace());
    } catch (MgmtdUnavailableException | PosixException failure) {
      throw CommandFailure.failed(failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  private ClusterSpec clusterSpec() {
    try {
      return ClusterSpec.parse(cluster);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  /** Where the answer goes. */
  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Prints a line about what is going on, apart from the result. */
  protected final void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
