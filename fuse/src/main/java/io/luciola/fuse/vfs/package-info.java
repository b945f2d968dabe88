/**
 * Files as a mount sees them: open handles, the local view of lengths, directory cursors. Speaks to
 * {@link io.luciola.cluster.client.Namespace} and {@link io.luciola.cluster.client.DataPath}; knows
 * no kernel structure, so that every driver uses the same.
 *
 * <p>Data flows {@link io.luciola.fuse.vfs.FileSystem} → {@link io.luciola.fuse.vfs.OpenFile} →
 * {@link io.luciola.fuse.vfs.InodeState} → cluster. Failures of names and attributes are {@link
 * io.luciola.cluster.client.PosixException}; data operations return negative errno.
 */
@NullMarked
package io.luciola.fuse.vfs;

import org.jspecify.annotations.NullMarked;
