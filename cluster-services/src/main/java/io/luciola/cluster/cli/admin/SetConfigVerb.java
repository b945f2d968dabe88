package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.mgmtd.proto.SetConfigRequest;
import io.luciola.cluster.mgmtd.proto.SetConfigResponse;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin set-config}. */
@Command(
    name = "set-config",
    description = {
      "Sets what all services of a type go by, as far as their own files do not say otherwise.",
      "What is wrong in the file is refused; else all services have it within moments, without a"
          + " restart."
    })
final class SetConfigVerb extends AdminCommand {

  @Parameters(index = "0", paramLabel = "TYPE", description = ConfigTypes.DESCRIPTION)
  private String type;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "TOML; an empty file goes back to the defaults.")
  private Path file;

  @Override
  public Integer call() {
    SetConfigRequest request =
        SetConfigRequest.newBuilder().setType(ConfigTypes.parse(type)).setText(text(file)).build();
    SetConfigResponse answer = change(mgmtd -> mgmtd.setConfig(request));
    out()
        .printf(
            "%s configuration: version %d%s%n",
            type, answer.getVersion(), answer.getDiffers() ? "" : ", as before");
    return 0;
  }

  static String text(Path file) {
    try {
      return ConfigFile.text(file);
    } catch (ConfigException unreadable) {
      throw CommandFailure.usage(unreadable.getMessage());
    }
  }
}
