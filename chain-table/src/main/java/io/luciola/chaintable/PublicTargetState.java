package io.luciola.chaintable;

/** What Mgmtd decided about a target, and everybody routes by. The numbers are 3FS's. */
public enum PublicTargetState {
  /** Not known. */
  INVALID(0),
  /** A complete replica: read and written. */
  SERVING(1),
  /** Dead, and the last one that served: holds the authoritative copy. */
  LASTSRV(2),
  /** Being refilled by its predecessor: written, not read. */
  SYNCING(4),
  /** Alive, refill not begun. */
  WAITING(8),
  /** Dead, or its disk failed. */
  OFFLINE(16);

  private final int number;

  PublicTargetState(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The state with a number; {@link #INVALID} for a number that is none. */
  public static PublicTargetState of(int number) {
    for (PublicTargetState state : values()) {
      if (state.number == number) {
        return state;
      }
    }
    return INVALID;
  }
}
