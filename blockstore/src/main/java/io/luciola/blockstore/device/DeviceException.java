package io.luciola.blockstore.device;

/**
 * A device cannot be opened or created, or failed for good; the message says why and what to do.
 */
public final class DeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a message for the operator. */
  public DeviceException(String message) {
    super(message);
  }

  /** With a message for the operator, and what lies behind it. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
