package io.luciola.blockstore.device;

/**
 * What a caller may choose about a device beyond its name.
 *
 * @param queueDepth most requests in flight
 * @param memoryBlockSizeBytes block size of a memory device, 512 or 4096
 * @param memoryVolatileCache whether a memory device says that it has a volatile cache
 */
public record DeviceOptions(int queueDepth, int memoryBlockSizeBytes, boolean memoryVolatileCache) {

  /** 128 requests in flight; memory devices have 4 KiB blocks and a volatile cache. */
  public static DeviceOptions defaults() {
    return new DeviceOptions(128, 4096, true);
  }

  /** The same with another queue depth. */
  public DeviceOptions withQueueDepth(int depth) {
    return new DeviceOptions(depth, memoryBlockSizeBytes, memoryVolatileCache);
  }
}
