package io.luciola.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code luciola admin}: looks into a cluster's chains and changes them by hand. */
@Command(
    name = "admin",
    description = "Looks into a cluster's chains, and changes them by hand.",
    mixinStandardHelpOptions = true)
final class AdminVerb {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  @Spec private CommandSpec spec;

  static final class Cluster {
    @Option(
        names = "--cluster",
        paramLabel = "SPEC",
        required = true,
        description = "The cluster, luciola://HOST:PORT[,HOST:PORT...]/.")
    String text;
  }

  static final class Output {
    @Option(
        names = "--output",
        defaultValue = "table",
        description = "table or json (default: ${DEFAULT-VALUE}).")
    OutputFormat format;
  }

  /** A target in a list. */
  record TargetView(
      long id,
      int node,
      int chain,
      String state,
      String reported,
      long usedBytes,
      long budgetBytes) {}

  @Command(
      name = "list-chains",
      description = "Lists all chains with the states of their targets.",
      mixinStandardHelpOptions = true)
  int listChains(@Mixin Cluster cluster, @Mixin Output output) {
    GetStatusResponse status = ask(cluster, mgmtd -> mgmtd.status(TIMEOUT));
    List<ChainView> chains =
        status.getRouting().getChainsList().stream()
            .map(chain -> ChainView.of(chain, status.getRouting()))
            .toList();
    print(
        output,
        chains,
        out -> {
          out.printf("%7s  %7s  %s%n", "CHAIN", "VERSION", "TARGETS (target@node state)");
          chains.forEach(chain -> chain.print(out));
        });
    return 0;
  }

  @Command(name = "list-nodes", description = "Lists all nodes.", mixinStandardHelpOptions = true)
  int listNodes(@Mixin Cluster cluster, @Mixin Output output) {
    ClusterStatus status = ClusterStatus.of(ask(cluster, mgmtd -> mgmtd.status(TIMEOUT)));
    print(output, status.nodes(), status::printNodes);
    return 0;
  }

  @Command(
      name = "list-targets",
      description = "Lists all targets: what Mgmtd decided, and what their nodes say.",
      mixinStandardHelpOptions = true)
  int listTargets(@Mixin Cluster cluster, @Mixin Output output) {
    List<TargetView> targets = targets(ask(cluster, mgmtd -> mgmtd.status(TIMEOUT)));
    print(
        output,
        targets,
        out -> {
          out.printf(
              "%12s  %5s  %7s  %-8s  %-8s  %14s  %14s%n",
              "TARGET", "NODE", "CHAIN", "STATE", "REPORTED", "USED BYTES", "BUDGET BYTES");
          for (TargetView target : targets) {
            out.printf(
                "%12d  %5d  %7d  %-8s  %-8s  %14d  %14d%n",
                target.id,
                target.node,
                target.chain,
                target.state,
                target.reported,
                target.usedBytes,
                target.budgetBytes);
          }
        });
    return 0;
  }

  private static List<TargetView> targets(GetStatusResponse status) {
    Map<Long, String> states =
        status.getRouting().getChainsList().stream()
            .flatMap(chain -> chain.getTargetsList().stream())
            .collect(
                Collectors.toMap(
                    target -> target.getTargetId(), target -> target.getState().name()));
    Map<Long, TargetReport> reports =
        status.getTargetsList().stream()
            .collect(Collectors.toMap(TargetReport::getTargetId, report -> report, (a, b) -> b));
    return status.getRouting().getTargetsList().stream()
        .map(target -> view(target, states, reports))
        .toList();
  }

  private static TargetView view(
      Target target, Map<Long, String> states, Map<Long, TargetReport> reports) {
    TargetReport report = reports.getOrDefault(target.getId(), TargetReport.getDefaultInstance());
    return new TargetView(
        target.getId(),
        target.getNodeId(),
        target.getChainId(),
        states.getOrDefault(target.getId(), "-"),
        report.getState().name(),
        report.getUsedBytes(),
        target.getBudgetBytes());
  }

  @Command(
      name = "offline-target",
      description = {
        "Takes a target out of its chain.",
        "If it lives, it is refilled by the others and comes back as the tail."
      },
      mixinStandardHelpOptions = true)
  int offlineTarget(
      @Mixin Cluster cluster,
      @Parameters(paramLabel = "TARGET", description = "Its id.") long targetId) {
    ask(
        cluster,
        mgmtd -> {
          mgmtd.offlineTarget(targetId, TIMEOUT);
          return null;
        });
    out().printf("target %d goes offline%n", targetId);
    return 0;
  }

  @Command(
      name = "rotate-lastsrv",
      description = {
        "Gives up the first LASTSRV target of a chain that serves no more, as when its disk is"
            + " burnt; the next target takes its place.",
        "What only the lost target has is lost for good."
      },
      mixinStandardHelpOptions = true)
  int rotateLastServing(
      @Mixin Cluster cluster,
      @Parameters(paramLabel = "CHAIN", description = "Its id.") int chainId,
      @Option(
              names = "--accept-data-loss",
              required = true,
              description = "Says that the loss is accepted.")
          boolean accepted) {
    if (!accepted) {
      throw CommandFailure.usage("without --accept-data-loss nothing is done");
    }
    ask(
        cluster,
        mgmtd -> {
          mgmtd.rotateLastServing(chainId, TIMEOUT);
          return null;
        });
    out().printf("the first LASTSRV target of chain %d is given up%n", chainId);
    return 0;
  }

  private static <T> T ask(Cluster cluster, Function<MgmtdClient, T> question) {
    try (MgmtdClient mgmtd = new MgmtdClient(ClusterSpec.parse(cluster.text))) {
      return question.apply(mgmtd);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    } catch (MgmtdUnavailableException silent) {
      throw CommandFailure.failed(silent.getMessage());
    } catch (StatusRuntimeException refused) {
      throw CommandFailure.failed("Mgmtd refuses: " + refused.getStatus().getDescription());
    }
  }

  private void print(Output output, Object data, Consumer<PrintWriter> table) {
    if (output.format == OutputFormat.TABLE) {
      table.accept(out());
      out().flush();
      return;
    }
    try {
      out().println(JSON.writeValueAsString(data));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
