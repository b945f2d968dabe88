/**
 * The mount: a {@link io.luciola.fuse.FuseDriver} takes requests from the kernel and serves them
 * from {@link io.luciola.fuse.vfs.FileSystem}, which knows the cluster and no kernel.
 */
@NullMarked
package io.luciola.fuse;

import org.jspecify.annotations.NullMarked;
