package io.luciola.fio.cli;

import io.luciola.cluster.cli.VerbProvider;
import java.util.List;

/** Adds the verb {@code fio} to the {@code luciola} command. */
public final class FioVerbs implements VerbProvider {

  /** For the service loader. */
  public FioVerbs() {}

  @Override
  public List<Object> verbs() {
    return List.of(new FioCommand());
  }
}
