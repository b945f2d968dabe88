package io.luciola.blockstore.agent;

import java.util.Locale;

/** Whose thread runs agents. */
public enum ThreadingMode {
  /** A thread for each agent: fastest, where there is a core for each. */
  DEDICATED,
  /** One thread for all agents, each in turn: what a machine of few cores needs. */
  SHARED,
  /** No thread: the caller drives them, round by round, which makes tests deterministic. */
  INVOKER;

  /**
   * The mode with this name, in any case.
   *
   * @throws IllegalArgumentException which names the modes there are
   */
  public static ThreadingMode parse(String name) {
    for (ThreadingMode mode : values()) {
      if (mode.toString().equalsIgnoreCase(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "threading must be dedicated, shared or invoker, not " + name);
  }

  /** The name as options have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
