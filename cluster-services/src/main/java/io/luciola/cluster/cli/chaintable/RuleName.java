package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.placement.PlacementRule;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of rules. */
final class RuleName implements ITypeConverter<PlacementRule> {

  static String of(PlacementRule rule) {
    return switch (rule) {
      case DISPERSED -> "luciola";
      case BY_DISK_INDEX -> "by-disk-index";
    };
  }

  @Override
  public PlacementRule convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "dispersed", "luciola" -> PlacementRule.DISPERSED;
      case "by-disk-index" -> PlacementRule.BY_DISK_INDEX;
      default ->
          throw new TypeConversionException(
              "'" + text + "' is no rule; there are dispersed and by-disk-index");
    };
  }
}
