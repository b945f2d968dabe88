package io.luciola.fio.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job in fio's options, without those that say how long.
 *
 * @param systemFio the system's fio which runs it; null: {@code luciola fio}
 * @param arguments the options
 */
record FioJob(@Nullable Path systemFio, List<String> arguments) {

  /** A job of {@code luciola fio}. */
  static FioJob ours(String... options) {
    return of(null, options);
  }

  /** A job of the system's fio. */
  static FioJob system(Path fio, String... options) {
    return of(fio, options);
  }

  private static FioJob of(@Nullable Path fio, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--name=bench", "--output-format=json"));
    arguments.addAll(List.of(options));
    return new FioJob(fio, List.copyOf(arguments));
  }

  /** The same with more options. */
  FioJob with(String... options) {
    List<String> more = new ArrayList<>(arguments);
    more.addAll(List.of(options));
    return new FioJob(systemFio, List.copyOf(more));
  }

  @Override
  public String toString() {
    return (systemFio == null ? "luciola fio " : systemFio + " ") + String.join(" ", arguments);
  }
}
