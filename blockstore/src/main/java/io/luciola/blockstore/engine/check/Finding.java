package io.luciola.blockstore.engine.check;

import org.jspecify.annotations.Nullable;

/**
 * Something on a device that is not as it should be.
 *
 * @param severity how bad
 * @param what in words, without the places below
 * @param chunk the chunk concerned, if one is
 * @param chunkOffsetBytes where in the chunk; {@link #NOWHERE} when that has no meaning
 * @param deviceOffsetBytes where on the device; {@link #NOWHERE} when that has no meaning
 * @param lengthBytes how much is concerned from there on
 */
public record Finding(
    Severity severity,
    String what,
    @Nullable ChunkName chunk,
    long chunkOffsetBytes,
    long deviceOffsetBytes,
    long lengthBytes) {

  /** An offset that has no meaning. */
  public static final long NOWHERE = -1;

  /** Whether a byte of the device is in the range that the finding names. */
  public boolean covers(long deviceOffset) {
    return deviceOffsetBytes != NOWHERE
        && deviceOffset >= deviceOffsetBytes
        && deviceOffset < deviceOffsetBytes + lengthBytes;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(severity.name());
    if (chunk != null) {
      text.append(": ").append(chunk);
      if (chunkOffsetBytes != NOWHERE) {
        text.append(" offset ").append(chunkOffsetBytes);
      }
    }
    text.append(": ").append(what);
    if (deviceOffsetBytes != NOWHERE) {
      text.append(" (device offset ").append(deviceOffsetBytes);
      text.append(", ").append(lengthBytes).append(" bytes)");
    }
    return text.toString();
  }
}
