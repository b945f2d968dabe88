package io.luciola.blockstore.device;

/** The beginning of a larger device. */
final class PartOfDevice implements BlockDevice {

  private final BlockDevice whole;
  private final DeviceGeometry geometry;

  /** So many bytes of this device, which is closed with it. */
  PartOfDevice(BlockDevice whole, long sizeBytes) {
    this.whole = whole;
    DeviceGeometry of = whole.geometry();
    geometry =
        new DeviceGeometry(
            of.name(),
            sizeBytes,
            of.blockSizeBytes(),
            of.atomicWriteBytes(),
            of.maxTransferBytes(),
            of.memoryAlignmentBytes(),
            of.queueDepth(),
            of.volatileCache());
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    return refusal < 0 ? refusal : whole.read(offsetBytes, address, lengthBytes, tag);
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    return refusal < 0 ? refusal : whole.write(offsetBytes, address, lengthBytes, flags, tag);
  }

  @Override
  public int flush(long tag) {
    return whole.flush(tag);
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    int refusal = RequestRules.checkRange(geometry, offsetBytes, lengthBytes);
    return refusal < 0 ? refusal : whole.discard(offsetBytes, lengthBytes, tag);
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    return whole.poll(handler, limit);
  }

  @Override
  public void await(long timeoutNs) {
    whole.await(timeoutNs);
  }

  @Override
  public boolean registerMemory(long address, long lengthBytes) {
    return whole.registerMemory(address, lengthBytes);
  }

  @Override
  public int inFlight() {
    return whole.inFlight();
  }

  @Override
  public int completionFd() {
    return whole.completionFd();
  }

  @Override
  public void close() {
    whole.close();
  }
}
