package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.admin.GetConfigVerb.ConfigView;
import io.luciola.cluster.mgmtd.proto.ConfigTemplate;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.service.TemplateFollower;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin get-config}. */
@Command(
    name = "get-config",
    description = "Prints what all services of a type go by; nothing when nothing was set.")
final class GetConfigVerb extends AdminQuery<ConfigView> {

  @Parameters(paramLabel = "TYPE", description = ConfigTypes.DESCRIPTION)
  private String type;

  /**
   * A configuration template.
   *
   * @param text TOML
   */
  record ConfigView(String type, long version, String text) {}

  @Override
  protected ConfigView select(GetStatusResponse status) {
    ConfigTemplate newest = TemplateFollower.newest(status.getRouting(), ConfigTypes.parse(type));
    return new ConfigView(type, newest.getVersion(), newest.getText());
  }

  @Override
  protected void print(ConfigView config, PrintWriter out) {
    out.print(config.text);
  }
}
