package io.luciola.craq.history;

/**
 * One operation of one client on one chunk. Times are of one clock for all clients, monotonic;
 * operations that touch at one instant count as concurrent. A retried request is one operation,
 * from the first sending to the last answer.
 *
 * @param client who
 * @param invokedNs when it began
 * @param respondedNs when the answer was there; {@link #UNKNOWN} for an update that may take effect
 *     at any time after it began, or never. What certainly was not done has no place in a history.
 * @param action what
 */
public record Operation(long client, long invokedNs, long respondedNs, Action action) {

  /** The response time of an update without a known outcome. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  /** Checks the times. */
  public Operation {
    if (invokedNs == Long.MIN_VALUE || respondedNs < invokedNs) {
      throw new IllegalArgumentException("from " + invokedNs + " to " + respondedNs);
    }
    if (action instanceof Action.Read && respondedNs == UNKNOWN) {
      throw new IllegalArgumentException("a read without an answer says nothing");
    }
  }

  /** Whether this had ended when the other began. */
  boolean endedBefore(Operation other) {
    return respondedNs < other.invokedNs;
  }

  @Override
  public String toString() {
    String end = respondedNs == UNKNOWN ? "?" : Long.toString(respondedNs);
    return "[" + invokedNs + ", " + end + "] client " + client + ": " + action;
  }
}
