package io.luciola.target;

/**
 * How a node's disks are opened.
 *
 * @param newFileBytes size of a disk file that does not exist yet; 0: a missing file is an error
 * @param formatEmpty whether a disk without Luciola's format is formatted
 * @param rolePrefix begins the engines' names in threads, logs and metrics
 */
public record DiskOptions(long newFileBytes, boolean formatEmpty, String rolePrefix) {}
