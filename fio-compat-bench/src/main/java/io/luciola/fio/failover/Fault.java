package io.luciola.fio.failover;

/** What is done to the cluster, and what is promised for it. */
enum Fault {
  /** SIGKILL of a storage node. */
  KILL_REPLICA("kill-replica", "kill -9 of a storage node", 1_000),

  /**
   * SIGSTOP of a storage node: it holds its connections and may wake up again. The bar is its lease
   * and a second.
   */
  STOP_REPLICA("stop-replica", "SIGSTOP of a storage node", 2_333),

  /**
   * SIGKILL of the primary Mgmtd. No I/O waits for a Mgmtd: the bar is what the end and the start
   * of any process cost on a small machine.
   */
  KILL_PRIMARY("kill-primary", "kill -9 of the primary Mgmtd", 500),

  /** SIGKILL of another Mgmtd, by which nothing changes: what that costs by itself. */
  KILL_STANDBY("kill-standby", "kill -9 of a standby Mgmtd", 500);

  private final String label;
  private final String description;
  private final int mostGapMs;

  Fault(String label, String description, int mostGapMs) {
    this.label = label;
    this.description = description;
    this.mostGapMs = mostGapMs;
  }

  /** The name on the command line and in JSON. */
  String label() {
    return label;
  }

  String description() {
    return description;
  }

  /** The longest that an I/O may take. */
  int mostGapMs() {
    return mostGapMs;
  }

  boolean hitsStorage() {
    return this == KILL_REPLICA || this == STOP_REPLICA;
  }

  static Fault named(String label) {
    for (Fault fault : values()) {
      if (fault.label.equals(label)) {
        return fault;
      }
    }
    throw new IllegalArgumentException("there is no fault '" + label + "'");
  }
}
