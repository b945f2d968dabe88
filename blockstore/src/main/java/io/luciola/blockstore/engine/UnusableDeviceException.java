package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.MetadataHeader;

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

  /** The device is of a format version that this release does not read. */
  public static UnusableDeviceException otherVersion(String deviceName, int version) {
    return new UnusableDeviceException(
        Reason.OTHER_FORMAT_VERSION,
        "%s has format version %d, this release reads versions %d to %d: use the release that wrote it"
            .formatted(
                deviceName,
                version,
                MetadataHeader.OLDEST_READ_VERSION,
                MetadataHeader.FORMAT_VERSION));
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
