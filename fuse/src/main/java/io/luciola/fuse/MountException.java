package io.luciola.fuse;

import java.io.IOException;

/** A mount or unmount that could not be done; the message says what is missing. */
public final class MountException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public MountException(String message) {
    super(message);
  }

  /** With a message for the user and what led to it. */
  public MountException(String message, Throwable cause) {
    super(message, cause);
  }
}
