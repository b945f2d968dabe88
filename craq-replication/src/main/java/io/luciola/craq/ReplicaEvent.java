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
  /** The engine refused to commit what the chain has committed; its chunk stays dirty. Retried. */
  COMMIT_FAILED
}
