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

  /** Whether a write that no read shows leaves no trace when another update follows it at once. */
  static boolean hides(Action update, Action earlier) {
    return earlier instanceof Action.Write unseen
        && unseen.value() == ChunkHistory.UNSEEN
        && switch (update) {
          case Action.Write write -> write.contains(unseen);
          case Action.Truncate cut -> cut.lengthBytes() <= unseen.offsetBytes();
          case Action.Replace _, Action.Remove _ -> true;
          case Action.Read _ -> false;
        };
  }
}
