package io.luciola.craq.membership;

/** What came of trying to reach a node at all of its addresses. */
public enum ProbeOutcome {
  /** Every address refused the connection: the machine is there, and nobody listens. */
  REFUSED,
  /** At least one address answered. */
  ANSWERED,
  /** None answered, and not all refused: nothing is known. */
  TIMEOUT
}
