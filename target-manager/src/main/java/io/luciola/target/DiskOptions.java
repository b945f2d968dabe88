package io.luciola.target;

import org.jspecify.annotations.Nullable;

/**
 * How a node's disks are opened.
 *
 * @param newFileBytes size of a disk file that does not exist yet; 0: a missing file is an error
 * @param formatEmpty whether a disk without Luciola's format is formatted
 * @param rolePrefix begins the engines' names in threads, logs and metrics
 * @param discards whether a disk is told of freed space; null: a block device is, a file keeps the
 *     space it has in its file system
 */
public record DiskOptions(
    long newFileBytes, boolean formatEmpty, String rolePrefix, @Nullable Boolean discards) {}
