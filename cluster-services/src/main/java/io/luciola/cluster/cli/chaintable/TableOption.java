package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.placement.TableRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A wanted table on the command line: {@code ID:TARGETS_PER_DISK:REPLICAS}. */
final class TableOption implements ITypeConverter<TableRequest> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,9}):(\\d{1,9})");

  @Override
  public TableRequest convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no table; write ID:TARGETS_PER_DISK:REPLICAS, such as 2:6:3");
    }
    try {
      return new TableRequest(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)));
    } catch (IllegalArgumentException wrong) {
      throw new TypeConversionException(wrong.getMessage());
    }
  }
}
