package io.luciola.craq.membership;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells a node's newest process from those before it, when what they said arrives late: who wants
 * to register asks for a ticket first, and only the last one that was given out for a node counts.
 * A registration that was on its way while its process ended comes with an older one. For one term
 * of a cluster manager, and for one thread at a time.
 */
public final class RegistrationTickets {

  private final Map<Integer, Integer> last = new HashMap<>();
  private int given;

  /** None is given out yet. */
  public RegistrationTickets() {}

  /** A ticket for a process of a node, positive; those before it do not count any more. */
  public int next(int nodeId) {
    last.put(nodeId, ++given);
    return given;
  }

  /** Whether this is the last ticket that was given out for a node. */
  public boolean isLast(int nodeId, int ticket) {
    return last.getOrDefault(nodeId, 0) == ticket && ticket != 0;
  }
}
