package io.luciola.fio.job;

import io.luciola.fio.job.OptionCatalog.Option;
import io.luciola.fio.job.OptionCatalog.Support;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one {@code key} or {@code key=value} against the catalog. */
final class OptionParser {

  private final Set<String> engineOptions;

  /** Takes the keys that only engines know. */
  OptionParser(Set<String> engineOptions) {
    this.engineOptions = engineOptions;
  }

  /** Whether the name is an option of jobs, of whatever support. */
  boolean isKnown(String name) {
    return engineOptions.contains(name) || OptionCatalog.find(name).isPresent();
  }

  /** Whether the option may stand without a value. */
  boolean isBare(String name) {
    return OptionCatalog.find(name).map(Option::bare).orElse(false);
  }

  OptionValue parse(String name, @Nullable String raw, Origin origin) {
    if (engineOptions.contains(name)) {
      return withValue(name, raw, origin);
    }
    Option option = OptionCatalog.find(name).orElseThrow(() -> bad(name, raw, origin));
    if (option.support() == Support.REFUSED) {
      throw new JobException(origin, "option <" + name + "> of fio is not supported here");
    }
    return option.bare()
        ? new OptionValue(option.key(), raw, origin)
        : withValue(option.key(), raw, origin);
  }

  private static OptionValue withValue(String key, @Nullable String raw, Origin origin) {
    if (raw == null || raw.isEmpty()) {
      throw new JobException(origin, "option <" + key + "> needs a value");
    }
    return new OptionValue(key, raw, origin);
  }

  private static JobException bad(String name, @Nullable String raw, Origin origin) {
    Optional<String> similar = OptionCatalog.similar(name);
    return new JobException(
        origin,
        "Bad option <"
            + name
            + (raw == null ? "" : "=" + raw)
            + ">"
            + similar.map(known -> "\nDid you mean " + known + "?").orElse(""));
  }
}
