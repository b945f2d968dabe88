package io.luciola.cluster.service;

import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.mgmtd.proto.ConfigTemplate;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a service by the newest configuration template of its type. A template that this
 * release does not understand is not taken: the last good one goes on to count, and {@link #note()}
 * says why. Any number of threads may ask; one at a time tells.
 *
 * @param <T> the settings
 */
public final class TemplateFollower<T> {

  private static final Logger LOG = LoggerFactory.getLogger(TemplateFollower.class);

  private final ConfigType type;
  private final Class<T> settingsType;
  private final List<String> ownKeys;
  private volatile State<T> state;
  private long seenVersion;

  private record State<T>(T settings, long version, String note) {}

  /**
   * Begins with the defaults.
   *
   * @param ownKeys what the service's own configuration file says, which therefore does not count
   *     in a template
   */
  public TemplateFollower(
      ConfigType type, Class<T> settingsType, T defaults, List<String> ownKeys) {
    this.type = type;
    this.settingsType = settingsType;
    this.ownKeys = List.copyOf(ownKeys);
    this.state = new State<>(defaults, 0, "");
  }

  /** The settings as they are now; another object after each change. */
  public T settings() {
    return state.settings;
  }

  /** The version of the template that counts; 0 for none. */
  public long version() {
    return state.version;
  }

  /** Why an older template counts, or what of it does not; empty when there is nothing to say. */
  public String note() {
    return state.note;
  }

  /** Takes note of what Mgmtd shows. */
  public void onRouting(RoutingMap map) {
    ConfigTemplate template = newest(map, type);
    if (template.getVersion() > seenVersion) {
      seenVersion = template.getVersion();
      take(template);
    }
  }

  private void take(ConfigTemplate template) {
    try {
      T settings = parse(template.getType(), template.getText(), settingsType);
      state = new State<>(settings, template.getVersion(), overridden(template.getText()));
      LOG.info("goes by version {} of the {} configuration", template.getVersion(), name(type));
    } catch (ConfigException unknown) {
      LOG.error(
          "goes on by version {} of the {} configuration, as version {} cannot be used: {}",
          state.version,
          name(type),
          template.getVersion(),
          unknown.getMessage());
      state = new State<>(state.settings, state.version, unknown.getMessage());
    }
  }

  private String overridden(String text) {
    List<String> both = ownKeys.stream().filter(key -> ConfigFile.hasKey(text, key)).toList();
    return both.isEmpty() ? "" : "its own file says " + String.join(", ", both);
  }

  /**
   * The settings in a template.
   *
   * @throws ConfigException naming the key and what is wrong
   */
  public static <T> T parse(ConfigType type, String text, Class<T> settingsType) {
    return ConfigFile.parse(name(type) + " configuration", text, settingsType);
  }

  /** The newest template of a type in a map; version 0 and empty when there is none. */
  public static ConfigTemplate newest(RoutingMap map, ConfigType type) {
    return map.getConfigTemplatesList().stream()
        .filter(template -> template.getType() == type)
        .findFirst()
        .orElse(ConfigTemplate.newBuilder().setType(type).build());
  }

  /** A type as operators write it: storage, meta, mgmtd or client. */
  public static String name(ConfigType type) {
    return type.name().substring("CONFIG_".length()).toLowerCase(Locale.ROOT);
  }
}
