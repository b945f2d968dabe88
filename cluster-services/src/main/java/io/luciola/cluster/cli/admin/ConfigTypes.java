package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.ConfigType;

/** The types of configuration templates, as operators write them. */
final class ConfigTypes {

  static final String DESCRIPTION = "storage, meta, mgmtd or client.";

  private ConfigTypes() {}

  static ConfigType parse(String name) {
    return switch (name) {
      case "storage" -> ConfigType.CONFIG_STORAGE;
      case "meta" -> ConfigType.CONFIG_META;
      case "mgmtd" -> ConfigType.CONFIG_MGMTD;
      case "client" -> ConfigType.CONFIG_CLIENT;
      default ->
          throw CommandFailure.usage(
              "a configuration is of type storage, meta, mgmtd or client, not " + name);
    };
  }
}
