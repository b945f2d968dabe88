package io.luciola.cluster.client;

/**
 * A storage node did not answer a question about its chunks; the message is one line for a user.
 */
public final class ProbeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int NO_STATUS = 1;

  private final int status;

  /** Nobody answered, or not well. */
  public ProbeException(String message) {
    this(NO_STATUS, message);
  }

  /**
   * A storage node refused.
   *
   * @param status a negative number of {@code EngineStatus} or {@code ReplicaStatus}
   */
  public ProbeException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** Whether a storage node did answer, and refused; another question may fare better. */
  public boolean hasStatus() {
    return status != NO_STATUS;
  }
}
