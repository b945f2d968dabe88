package io.luciola.target;

import java.util.UUID;

/**
 * A target as a certain disk has it. The id alone does not tell: a disk that comes back may have
 * targets that were replaced elsewhere.
 *
 * @param targetId its id
 * @param diskUuid the disk
 */
public record TargetOnDisk(long targetId, UUID diskUuid) {}
