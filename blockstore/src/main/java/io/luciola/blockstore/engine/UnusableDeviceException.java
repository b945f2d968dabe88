package io.luciola.blockstore.engine;

/**
 * A device cannot be formatted or opened as a block engine; the message says which, why and what to
 * do.
 */
public final class UnusableDeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why the device cannot be used. */
  public enum Reason {
    /** No superblock of Luciola is on it. */
    NOT_FORMATTED,
    /** Its superblocks are of a format version that this release does not read. */
    OTHER_FORMAT_VERSION,
    /** Superblocks were there, but neither is intact. */
    SUPERBLOCKS_DAMAGED,
    /** A checkpoint or the journal is damaged. */
    METADATA_DAMAGED,
    /** It is too small, or its geometry is not supported. */
    UNSUPPORTED_GEOMETRY,
    /** It failed a request. */
    DEVICE_ERROR
  }

  private final Reason reason;

  /** Creates the exception. */
  public UnusableDeviceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
