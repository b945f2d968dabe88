package io.luciola.fio.job;

/** A job is wrong as written; the message says where, what, and what would be right. */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Made with the place in front. */
  public JobException(Origin origin, String message) {
    super(origin + ": " + message);
  }
}
