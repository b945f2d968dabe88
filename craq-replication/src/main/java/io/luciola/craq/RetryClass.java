package io.luciola.craq;

/** What a client does about a status. */
public enum RetryClass {
  /** Wait a little, send it to the same place. */
  SAME_PLACE,
  /** Fetch the routing, send it to where that says; a read may try another replica. */
  REFRESH_ROUTING,
  /** Sending it again does not help. */
  PERMANENT
}
