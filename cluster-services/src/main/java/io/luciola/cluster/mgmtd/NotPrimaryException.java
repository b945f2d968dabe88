package io.luciola.cluster.mgmtd;

/** This Mgmtd is not the primary, or not in the term any more for which it was asked to act. */
final class NotPrimaryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String primaryAddress;

  NotPrimaryException(String primaryAddress) {
    super(
        primaryAddress.isEmpty()
            ? "this Mgmtd is not the primary"
            : "this Mgmtd is not the primary; " + primaryAddress + " is",
        null,
        false,
        false);
    this.primaryAddress = primaryAddress;
  }

  /** HOST:PORT; empty when it is not known. */
  String primaryAddress() {
    return primaryAddress;
  }
}
