package io.luciola.target;

/** What a disk is good for. */
public enum DiskState {
  /** Its engine takes reads and updates. */
  SERVING,

  /** It could not be opened, or its engine has failed; the report says why. */
  FAILED,

  /** The cluster has targets on it, and no slot of the node has it. */
  ABSENT
}
