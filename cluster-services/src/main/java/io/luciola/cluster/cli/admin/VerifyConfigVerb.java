package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.VerifyConfigVerb.Report;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeConfig;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.SetConfigRequest;
import io.luciola.cluster.mgmtd.proto.SetConfigResponse;
import io.luciola.cluster.service.TemplateFollower;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin verify-config}. */
@Command(
    name = "verify-config",
    description = {
      "With a file: checks it as set-config would, and changes nothing.",
      "Without: shows by which version of its configuration each service goes. Exit code 1 when"
          + " one goes by another version than the newest."
    })
final class VerifyConfigVerb extends AdminQuery<Report> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TYPE",
      description = ConfigTypes.DESCRIPTION)
  private @Nullable String type;

  @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "TOML.")
  private @Nullable Path file;

  /**
   * Who goes by what.
   *
   * @param checked what was found out about the file; null without one
   */
  record Report(boolean settled, @Nullable Checked checked, List<ServiceConfig> services) {}

  /** A file that is right. */
  record Checked(String type, boolean differs, long newestVersion) {}

  /**
   * A service.
   *
   * @param node 0 for the primary Mgmtd
   * @param note what the service says besides
   */
  record ServiceConfig(int node, String type, long version, long newestVersion, String note) {}

  @Override
  protected Report select(GetStatusResponse status) {
    Checked checked = type == null ? null : check(type);
    Map<Integer, NodeConfig> known =
        status.getConfigsList().stream()
            .collect(Collectors.toMap(NodeConfig::getNodeId, config -> config));
    List<ServiceConfig> services = new ArrayList<>();
    services.add(service(0, ConfigType.CONFIG_MGMTD, known, status));
    for (Node node : status.getRouting().getNodesList()) {
      if (node.getAlive()) {
        services.add(
            service(
                node.getId(),
                node.getType() == NodeType.META
                    ? ConfigType.CONFIG_META
                    : ConfigType.CONFIG_STORAGE,
                known,
                status));
      }
    }
    boolean settled =
        services.stream().allMatch(service -> service.version == service.newestVersion);
    return new Report(settled, checked, services);
  }

  private Checked check(String typeName) {
    if (file == null) {
      throw CommandFailure.usage("verify-config TYPE needs a FILE to check");
    }
    SetConfigRequest request =
        SetConfigRequest.newBuilder()
            .setType(ConfigTypes.parse(typeName))
            .setText(SetConfigVerb.text(file))
            .setCheckOnly(true)
            .build();
    SetConfigResponse answer = change(mgmtd -> mgmtd.setConfig(request));
    return new Checked(typeName, answer.getDiffers(), answer.getVersion());
  }

  private static ServiceConfig service(
      int nodeId, ConfigType type, Map<Integer, NodeConfig> known, GetStatusResponse status) {
    NodeConfig config = known.getOrDefault(nodeId, NodeConfig.getDefaultInstance());
    return new ServiceConfig(
        nodeId,
        TemplateFollower.name(type),
        config.getVersion(),
        TemplateFollower.newest(status.getRouting(), type).getVersion(),
        config.getNote());
  }

  @Override
  protected void print(Report report, PrintWriter out) {
    if (report.checked != null) {
      out.printf(
          "%s is right; it %s version %d of the %s configuration%n",
          file,
          report.checked.differs ? "differs from" : "is",
          report.checked.newestVersion,
          report.checked.type);
      return;
    }
    out.printf("%4s  %-8s  %7s  %7s  %s%n", "NODE", "TYPE", "VERSION", "NEWEST", "NOTE");
    for (ServiceConfig service : report.services) {
      out.printf(
          "%4s  %-8s  %7d  %7d  %s%n",
          service.node == 0 ? "-" : Integer.toString(service.node),
          service.type,
          service.version,
          service.newestVersion,
          service.note);
    }
  }

  @Override
  protected int exitCode(Report report) {
    return report.checked != null || report.settled ? 0 : 1;
  }
}
