package io.luciola.chaintable.placement;

/**
 * A target to be made on a disk.
 *
 * @param id ((node id · 1000 + disk index + 1) · 100 + number on the disk from 1)
 * @param nodeId the node
 * @param diskUuid the disk
 * @param chainId the chain it is for
 * @param budgetBytes most bytes of chunk capacity it may hold; equal in all targets of a chain
 */
public record PlacedTarget(long id, int nodeId, String diskUuid, int chainId, long budgetBytes) {}
