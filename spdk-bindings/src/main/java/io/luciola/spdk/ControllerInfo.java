package io.luciola.spdk;

/**
 * What a controller says of itself.
 *
 * @param vendorId PCI vendor
 * @param controllerId number of the controller in its subsystem
 * @param serialNumber serial number, without padding
 * @param modelNumber model, without padding
 * @param firmwareRevision firmware, without padding
 * @param subsystem NVMe qualified name of the subsystem, empty where it has none
 * @param nvmeVersion version of the NVMe specification, such as {@code 1.4}
 * @param volatileWriteCache whether what is written can be lost until it is flushed
 * @param compare whether {@link NvmeQueuePair#compare} is supported
 * @param deallocate whether {@link NvmeQueuePair#deallocate} is supported
 * @param writeZeroes whether {@link NvmeQueuePair#writeZeroes} is supported
 * @param atomicWriteUnitBlocks blocks of a write that others see as a whole or not at all
 * @param atomicWriteUnitPowerFailBlocks the same when the power fails in between; a namespace may
 *     do better, see {@link NvmeNamespace#atomicWriteBytes}
 * @param numaNode NUMA node of the drive, -1 where it is not known
 */
public record ControllerInfo(
    int vendorId,
    int controllerId,
    String serialNumber,
    String modelNumber,
    String firmwareRevision,
    String subsystem,
    String nvmeVersion,
    boolean volatileWriteCache,
    boolean compare,
    boolean deallocate,
    boolean writeZeroes,
    int atomicWriteUnitBlocks,
    int atomicWriteUnitPowerFailBlocks,
    int numaNode) {}
