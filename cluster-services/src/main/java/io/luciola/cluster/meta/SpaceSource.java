package io.luciola.cluster.meta;

/** Knows the space of the cluster. Safe for any number of threads. */
public interface SpaceSource {

  /** The space as known now; another object when something was heard. Never blocks. */
  ClusterSpace space();

  /** Asks for it now; what it was when nobody answers. May block for two seconds. */
  ClusterSpace askNow();
}
