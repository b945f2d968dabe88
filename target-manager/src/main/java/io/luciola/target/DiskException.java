package io.luciola.target;

import org.jspecify.annotations.Nullable;

/** No disk of a node, or a certain one, can be used; the message is fit for the user. */
public final class DiskException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong and what to do. */
  public DiskException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
