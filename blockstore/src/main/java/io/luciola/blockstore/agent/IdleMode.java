package io.luciola.blockstore.agent;

/** The idle strategies that a configuration can name. */
public enum IdleMode {
  /** {@link IdleStrategy#busySpin()}: for a thread with a core of its own. */
  BUSY_SPIN("busy-spin"),
  /** {@link IdleStrategy#yielding()}: quick, and others may have the core in between. */
  YIELD("yield"),
  /** {@link IdleStrategy#backoff()}: parks for up to a millisecond when idle for long. */
  BACKOFF("backoff"),
  /** {@link BlockingIdleStrategy}: yields a few times, then sleeps until there is work. */
  BLOCK("block");

  private final String text;

  IdleMode(String text) {
    this.text = text;
  }

  /**
   * The mode with this name.
   *
   * @throws IllegalArgumentException which names the modes there are
   */
  public static IdleMode parse(String name) {
    for (IdleMode mode : values()) {
      if (mode.text.equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "idle must be busy-spin, yield, backoff or block, not " + name);
  }

  /** The name as options have it. */
  @Override
  public String toString() {
    return text;
  }
}
