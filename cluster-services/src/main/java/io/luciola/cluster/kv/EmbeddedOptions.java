package io.luciola.cluster.kv;

/**
 * Settings of the embedded store.
 *
 * @param snapshotAfterLogBytes how long the log grows before a snapshot replaces it
 * @param maxQueuedCommits commits that wait for the committer; the next caller waits for a place
 * @param maxAttempts how often {@link KeyValueStore#run} tries before it hands the conflict on
 */
public record EmbeddedOptions(long snapshotAfterLogBytes, int maxQueuedCommits, int maxAttempts) {

  /** Snapshots after 64 MiB of log, 4096 waiting commits, 100 attempts. */
  public static final EmbeddedOptions DEFAULT = new EmbeddedOptions(64L << 20, 4096, 100);

  /** Checks the ranges. */
  public EmbeddedOptions {
    if (snapshotAfterLogBytes < 4096 || maxQueuedCommits < 1 || maxAttempts < 1) {
      throw new IllegalArgumentException(
          "snapshotAfterLogBytes must be at least 4096, maxQueuedCommits and maxAttempts at least"
              + " 1: "
              + snapshotAfterLogBytes
              + ", "
              + maxQueuedCommits
              + ", "
              + maxAttempts);
    }
  }
}
