package io.luciola.fio.job;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options in force for one job, read by type. Each method names the option when it is wrong.
 */
final class Options {

  private final Map<String, OptionValue> values = new HashMap<>();
  private final int kbBase;

  Options(List<OptionValue> written) {
    written.forEach(option -> values.put(option.key(), option));
    kbBase = integer("kb_base", 1024, 1000, 1024);
    if (kbBase != 1024 && kbBase != 1000) {
      throw error("kb_base", "must be 1024 or 1000");
    }
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<OptionValue> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  JobException error(String key, String why) {
    OptionValue value = values.get(key);
    return value == null ? new JobException(new Origin(key, 0), why) : value.error(why);
  }

  @Nullable String text(String key) {
    OptionValue value = values.get(key);
    return value == null ? null : value.raw();
  }

  String oneOf(String key, String otherwise, String... allowed) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    if (!Arrays.asList(allowed).contains(text)) {
      throw error(key, "valid values: " + String.join(", ", allowed));
    }
    return text;
  }

  boolean flag(String key, boolean otherwise) {
    OptionValue value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value.raw()) {
      case null -> true;
      case "", "1", "true" -> true;
      case "0", "false" -> false;
      default -> throw error(key, "must be 0 or 1");
    };
  }

  int integer(String key, int otherwise, int least, int most) {
    return (int) size(key, otherwise, least, most);
  }

  long size(String key, long otherwise, long least, long most) {
    String text = text(key);
    return text == null ? otherwise : inRange(key, parseSize(key, text), least, most);
  }

  Amount amount(String key) {
    String text = text(key);
    if (text == null) {
      return Amount.NONE;
    }
    if (text.endsWith("%")) {
      long percent = parseSize(key, text.substring(0, text.length() - 1));
      return new Amount(0, (int) inRange(key, percent, 1, 100));
    }
    return new Amount(inRange(key, parseSize(key, text), 0, Long.MAX_VALUE / 2), 0);
  }

  /**
   * Up to three comma-separated sizes for reads, writes and trims: the last one given holds for
   * those after it, unless it ends with a comma.
   */
  long[] triple(String key, long otherwise, long least, long most) {
    long[] result = {otherwise, otherwise, otherwise};
    String text = text(key);
    if (text == null) {
      return result;
    }
    String[] parts = text.split(",", -1);
    if (parts.length > 3) {
      throw error(key, "takes at most three values: read,write,trim");
    }
    for (int i = 0; i < 3; i++) {
      String part = parts[Math.min(i, parts.length - 1)].strip();
      if (!part.isEmpty()) {
        result[i] = inRange(key, parseSize(key, part), least, most);
      }
    }
    return result;
  }

  long timeNs(String key, long otherwiseNs, long unitNs) {
    String text = text(key);
    if (text == null) {
      return otherwiseNs;
    }
    return Values.timeNs(text, unitNs)
        .orElseThrow(() -> error(key, "is not a time such as 10, 10s, 500ms, 2m"));
  }

  private long parseSize(String key, String text) {
    OptionalLong parsed = Values.size(text, kbBase == 0 ? 1024 : kbBase);
    return parsed.orElseThrow(() -> error(key, "is not a number such as 4096, 4k or 1g"));
  }

  private long inRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw error(key, "must be from " + least + " to " + most);
    }
    return value;
  }
}
