package io.luciola.cluster.cli;

import java.util.List;

/**
 * A module's contribution to the {@code luciola} command; found by {@link java.util.ServiceLoader}.
 */
public interface VerbProvider {

  /** Picocli {@code @Command} objects, each a verb. */
  List<Object> verbs();
}
