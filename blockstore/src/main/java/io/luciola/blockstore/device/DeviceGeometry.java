package io.luciola.blockstore.device;

/**
 * What a block device is like.
 *
 * @param name the device as messages and logs name it, for example {@code uring:/data/disk0}
 * @param sizeBytes usable size, a multiple of {@code blockSizeBytes}
 * @param blockSizeBytes smallest unit of transfer, 512 or 4096
 * @param atomicWriteBytes a write up to this size, aligned to it, is never torn by a power loss; at
 *     least {@code blockSizeBytes}
 * @param maxTransferBytes most bytes of one read or write
 * @param memoryAlignmentBytes alignment of memory addresses
 * @param queueDepth most requests in flight
 * @param volatileCache whether completed writes may be lost by a power loss before a flush
 */
public record DeviceGeometry(
    String name,
    long sizeBytes,
    int blockSizeBytes,
    int atomicWriteBytes,
    int maxTransferBytes,
    int memoryAlignmentBytes,
    int queueDepth,
    boolean volatileCache) {}
