package io.luciola.craq.history;

/** What is known of two updates whatever the state they meet. */
final class Effects {

  private Effects() {}

  /** Whether the order of two updates may matter. */
  static boolean conflict(Action one, Action other) {
    return switch (one) {
      case Action.Write write when other instanceof Action.Write second -> write.overlaps(second);
      case Action.Write write when other instanceof Action.Truncate cut ->
          write.endBytes() > cut.lengthBytes();
      case Action.Truncate cut when other instanceof Action.Write write ->
          write.endBytes() > cut.lengthBytes();
      default -> !one.equals(other);
    };
  }

  /**
   * Whether an update that no open read shows may have to come before another. Not a write that is
   * wiped out by it: if some read shows the write, that read would be too late; if none does, the
   * other update hides it.
   */
  static boolean mayPrecede(Action earlier, Action update) {
    return conflict(earlier, update)
        && !(earlier instanceof Action.Write write && wipesOut(update, write));
  }

  /** Whether a write that no read shows leaves no trace when another update follows it at once. */
  static boolean hides(Action update, Action earlier) {
    return earlier instanceof Action.Write write
        && write.value() == ChunkHistory.UNSEEN
        && wipesOut(update, write);
  }

  private static boolean wipesOut(Action update, Action.Write earlier) {
    return switch (update) {
      case Action.Write write -> write.contains(earlier);
      case Action.Truncate cut -> cut.lengthBytes() <= earlier.offsetBytes();
      case Action.Replace _, Action.Remove _ -> true;
      case Action.Read _ -> false;
    };
  }
}
