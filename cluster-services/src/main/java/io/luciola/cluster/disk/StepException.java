package io.luciola.cluster.disk;

/** A step of a plan failed; those before it were done, those after it were not. */
public final class StepException extends Exception {

  private static final long serialVersionUID = 1L;

  StepException(String message, Throwable cause) {
    super(message, cause);
  }

  StepException(String message) {
    super(message);
  }
}
