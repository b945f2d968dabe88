package io.luciola.spdk;

/** Something that SPDK, the drive or the machine refused; the message says what and what to do. */
public final class SpdkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  SpdkException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  SpdkException(String message) {
    this(message, 0);
  }

  /** Returns the positive errno that SPDK gave, or 0 where it gave none. */
  public int errno() {
    return errno;
  }
}
