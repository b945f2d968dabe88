package io.luciola.fio.engine;

/** An engine could not prepare, open or remove a job's files. */
public final class EngineException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Positive Linux errno for the report. */
  private final int errno;

  /**
   * Made by engines.
   *
   * @param errno positive Linux errno
   * @param message what was tried on what, and what to do
   */
  public EngineException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** As above, with the fault that caused it. */
  public EngineException(int errno, String message, Throwable cause) {
    super(message, cause);
    this.errno = errno;
  }

  /** Positive Linux errno for the report. */
  public int errno() {
    return errno;
  }
}
