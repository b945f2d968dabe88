package io.luciola.blockstore.device;

/** The rules of {@link BlockDevice} which every kind checks alike. */
public final class RequestRules {

  private RequestRules() {}

  /** {@link BlockDevice#ACCEPTED}, or why a read or write is refused. */
  public static int checkTransfer(
      DeviceGeometry geometry, long offsetBytes, long address, int lengthBytes) {
    if (lengthBytes > geometry.maxTransferBytes()
        || (address & (geometry.memoryAlignmentBytes() - 1)) != 0) {
      return BlockDevice.BAD_ALIGNMENT;
    }
    return checkRange(geometry, offsetBytes, lengthBytes);
  }

  /** {@link BlockDevice#ACCEPTED}, or why a range is refused. */
  public static int checkRange(DeviceGeometry geometry, long offsetBytes, long lengthBytes) {
    if (lengthBytes <= 0 || ((offsetBytes | lengthBytes) & (geometry.blockSizeBytes() - 1)) != 0) {
      return BlockDevice.BAD_ALIGNMENT;
    }
    // Written so that nothing overflows.
    if (offsetBytes < 0 || offsetBytes > geometry.sizeBytes() - lengthBytes) {
      return BlockDevice.OUT_OF_RANGE;
    }
    return BlockDevice.ACCEPTED;
  }
}
