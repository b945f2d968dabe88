package io.luciola.fio.job;

import java.util.List;
import java.util.Set;

/** Jobs for tests, from the text of a job file. */
public final class Jobs {

  private Jobs() {}

  /** All jobs of the text. */
  public static List<JobSpec> of(String text) {
    Set<String> engineOptions =
        Set.of(
            "device", "chunk_size", "threading", "idle", "scrub_rate", "destroy_data", "cluster");
    return new JobReader(engineOptions, () -> 7)
        .read(
            new JobFileParser(engineOptions, name -> null)
                .parse("test.fio", text, List.of(), false));
  }

  /** The only job, named x, with these options, one per line. */
  public static JobSpec withOptions(String options) {
    return of("[x]\n" + options + "\n").getFirst();
  }
}
