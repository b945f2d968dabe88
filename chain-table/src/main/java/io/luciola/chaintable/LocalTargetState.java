package io.luciola.chaintable;

/** What a node reports of a target in its heartbeats. The numbers are 3FS's. */
public enum LocalTargetState {
  /** Not known yet, as after a change of Mgmtd: the target stays what it is. */
  INVALID(0),
  /**
   * Alive, and complete in the version of the chain that Mgmtd has now: it serves, or its refill
   * has ended. A report about an older version counts as {@link #ONLINE}.
   */
  UPTODATE(1),
  /** Alive; nothing is said about its content. */
  ONLINE(2),
  /** Its disk failed, or its node is silent or gone. */
  OFFLINE(4);

  private final int number;

  LocalTargetState(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The state with a number; {@link #INVALID} for a number that is none. */
  public static LocalTargetState of(int number) {
    for (LocalTargetState state : values()) {
      if (state.number == number) {
        return state;
      }
    }
    return INVALID;
  }
}
