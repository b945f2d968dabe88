package io.luciola.cluster.client;

/**
 * An operation failed as POSIX describes. Carries the Linux errno and, for people, what was tried.
 */
public final class PosixException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * Made without a stack trace.
   *
   * @param errno positive Linux errno
   * @param message what was tried on what
   */
  public PosixException(int errno, String message) {
    // A failed lookup is daily business: no stack trace.
    super(message, null, false, false);
    this.errno = errno;
  }

  /** Positive Linux errno. */
  public int errno() {
    return errno;
  }
}
