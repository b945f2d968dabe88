package io.luciola.blockstore.fault;

/**
 * A write or discard in a {@link DeviceLog}: what it would put on the device, and from which
 * positions in the log on it was submitted, completed and durable.
 */
public final class RecordedWrite {

  static final int NEVER = Integer.MAX_VALUE;

  final int number;
  final long offsetBytes;
  final byte[] data;
  final boolean discards;
  final boolean fua;
  final int submittedAt;
  int completedAt = NEVER;
  int durableAt = NEVER;

  RecordedWrite(
      int number, long offsetBytes, byte[] data, boolean discards, boolean fua, int submittedAt) {
    this.number = number;
    this.offsetBytes = offsetBytes;
    this.data = data;
    this.discards = discards;
    this.fua = fua;
    this.submittedAt = submittedAt;
  }

  boolean overlaps(long firstByte, long endByte) {
    return offsetBytes < endByte && offsetBytes + data.length > firstByte;
  }

  @Override
  public String toString() {
    return (discards ? "discard " : fua ? "fua write " : "write ")
        + number
        + " at "
        + offsetBytes
        + "+"
        + data.length;
  }
}
