package io.luciola.craq;

/** What an operator must see. Reported once when it begins, not with every retry. */
public enum ReplicaEvent {
  /** The successor does not answer: updates wait, and their chunks are dirty. */
  SUCCESSOR_UNREACHABLE,
  /** The successor answers again. */
  SUCCESSOR_REACHABLE,
  /** The tail does not answer version queries: reads of dirty chunks wait. */
  TAIL_UNREACHABLE,
  /** The tail answers version queries again. */
  TAIL_REACHABLE,
  /**
   * Replicas hold different content at one version, or one lost an update. The chunk takes no
   * update until the chain changes.
   */
  DIVERGED,
  /** A pending update cannot be read back from the disk; its chunk stays dirty. Retried. */
  PENDING_UNREADABLE,
  /** A committed chunk cannot be read back from the disk: it is fetched from another replica. */
  CHUNK_CORRUPT,
  /** Such a chunk was replaced by another replica's copy. */
  CHUNK_REPAIRED,
  /**
   * No other replica had the version of such a chunk: it stays as it is, and whoever wants it from
   * this replica is answered with an error.
   */
  REPAIR_FAILED,
  /** The engine refused to commit what the chain has committed; its chunk stays dirty. Retried. */
  COMMIT_FAILED
}
