package io.luciola.cluster.mgmtd;

/** No Mgmtd answered before the deadline; the message names who was asked and why it failed. */
public final class MgmtdUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The message is fit for the user. */
  public MgmtdUnavailableException(String message) {
    super(message, null, false, false);
  }
}
