package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;

/**
 * A request as it was submitted; arguments as in {@link BlockDevice}. Two requests with the same
 * arguments are not the same.
 */
public final class DeviceRequest {

  /** What is asked for. */
  public enum Kind {
    /** A read. */
    READ,
    /** A write. */
    WRITE,
    /** A flush. */
    FLUSH,
    /** A discard. */
    DISCARD
  }

  final Kind kind;
  final long offsetBytes;
  final long lengthBytes;
  final long address;
  final int flags;
  final long tag;

  DeviceRequest(Kind kind, long offsetBytes, long lengthBytes, long address, int flags, long tag) {
    this.kind = kind;
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
    this.address = address;
    this.flags = flags;
    this.tag = tag;
  }

  /** The same with data from elsewhere. */
  DeviceRequest withAddress(long otherAddress) {
    return new DeviceRequest(kind, offsetBytes, lengthBytes, otherAddress, flags, tag);
  }

  boolean touches(long firstByte, long endByte) {
    return kind == Kind.FLUSH || (offsetBytes < endByte && offsetBytes + lengthBytes > firstByte);
  }

  /** What a device of this geometry answers: {@link BlockDevice#ACCEPTED} or a refusal. */
  int check(DeviceGeometry geometry) {
    if (kind == Kind.FLUSH) {
      return BlockDevice.ACCEPTED;
    }
    boolean transfers = kind != Kind.DISCARD;
    if (lengthBytes <= 0
        || (offsetBytes | lengthBytes) % geometry.blockSizeBytes() != 0
        || (transfers && lengthBytes > geometry.maxTransferBytes())
        || (transfers && address % geometry.memoryAlignmentBytes() != 0)) {
      return BlockDevice.BAD_ALIGNMENT;
    }
    boolean inside = offsetBytes >= 0 && offsetBytes <= geometry.sizeBytes() - lengthBytes;
    return inside ? BlockDevice.ACCEPTED : BlockDevice.OUT_OF_RANGE;
  }

  @Override
  public String toString() {
    return kind + " " + offsetBytes + "+" + lengthBytes + (flags == 0 ? "" : " FUA");
  }
}
