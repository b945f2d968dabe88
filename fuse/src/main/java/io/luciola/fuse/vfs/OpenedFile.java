package io.luciola.fuse.vfs;

import io.luciola.cluster.meta.proto.Inode;

/**
 * The answer to open and create.
 *
 * @param handle names the open file until {@link FileSystem#release}
 * @param attributes the file's as of now
 * @param keepCache whether what the kernel caches of the content is still good
 */
public record OpenedFile(long handle, Inode attributes, boolean keepCache) {}
