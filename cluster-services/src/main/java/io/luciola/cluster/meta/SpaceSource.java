package io.luciola.cluster.meta;

/** Knows the space of the cluster. Safe for any number of threads, never blocks for long. */
@FunctionalInterface
public interface SpaceSource {

  /** The space as known now. */
  Space space();

  /**
   * Space for file data, replicas counted once.
   *
   * @param totalBytes all
   * @param freeBytes not used yet
   */
  record Space(long totalBytes, long freeBytes) {}
}
