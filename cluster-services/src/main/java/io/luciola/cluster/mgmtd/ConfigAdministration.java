package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.ClientSettings;
import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.MetaSettings;
import io.luciola.cluster.config.MgmtdSettings;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.mgmtd.proto.ConfigTemplate;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.SetConfigRequest;
import io.luciola.cluster.mgmtd.proto.SetConfigResponse;
import io.luciola.cluster.service.TemplateFollower;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators configure for all services of a type, in one term of the primary. */
final class ConfigAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigAdministration.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  ConfigAdministration(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /**
   * Checks a template, and shows it to everybody unless it is only to be checked.
   *
   * @throws IllegalArgumentException naming the key and what is wrong
   */
  SetConfigResponse set(SetConfigRequest request) {
    check(request.getType(), request.getText());
    return state.alone(
        () -> {
          ConfigTemplate newest = TemplateFollower.newest(state.map(), request.getType());
          boolean differs = !newest.getText().equals(request.getText());
          SetConfigResponse.Builder answer = SetConfigResponse.newBuilder().setDiffers(differs);
          if (request.getCheckOnly() || !differs) {
            return answer.setVersion(newest.getVersion()).build();
          }
          ConfigTemplate next =
              ConfigTemplate.newBuilder()
                  .setType(request.getType())
                  .setVersion(newest.getVersion() + 1)
                  .setText(request.getText())
                  .build();
          state.edit(map -> with(next, map));
          driver.onTemplates();
          LOG.info(
              "an operator makes version {} of the {} configuration",
              next.getVersion(),
              TemplateFollower.name(next.getType()));
          return answer.setVersion(next.getVersion()).build();
        });
  }

  private static RoutingMap.Builder with(ConfigTemplate next, RoutingMap.Builder map) {
    List<ConfigTemplate> others =
        map.getConfigTemplatesList().stream()
            .filter(template -> template.getType() != next.getType())
            .toList();
    return map.clearConfigTemplates().addAllConfigTemplates(others).addConfigTemplates(next);
  }

  private static void check(ConfigType type, String text) {
    try {
      switch (type) {
        case CONFIG_STORAGE -> TemplateFollower.parse(type, text, StorageSettings.class);
        case CONFIG_META -> TemplateFollower.parse(type, text, MetaSettings.class);
        case CONFIG_MGMTD -> TemplateFollower.parse(type, text, MgmtdSettings.class);
        case CONFIG_CLIENT -> TemplateFollower.parse(type, text, ClientSettings.class);
        case CONFIG_TYPE_UNSPECIFIED, UNRECOGNIZED ->
            throw new IllegalArgumentException("there is no configuration of this type");
      }
    } catch (ConfigException wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
  }
}
