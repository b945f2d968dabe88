package io.luciola.fio.cli;

import io.luciola.cluster.cli.VerbProvider;
import io.luciola.fio.bench.BenchVerb;
import java.util.List;

/** Adds the verbs {@code fio} and {@code bench} to the {@code luciola} command. */
public final class FioVerbs implements VerbProvider {

  /** For the service loader. */
  public FioVerbs() {}

  @Override
  public List<Object> verbs() {
    return List.of(new FioCommand(), new BenchVerb());
  }
}
