/**
 * The kernel's FUSE protocol (7.31 and newer) spoken over {@code /dev/fuse} without libfuse.
 *
 * <p>{@link io.luciola.fuse.kernel.RawDriver} mounts; each {@link io.luciola.fuse.kernel.Worker}
 * reads a {@link io.luciola.fuse.kernel.Request}, has {@link io.luciola.fuse.kernel.RequestHandler}
 * fill a {@link io.luciola.fuse.kernel.Reply}, and writes it back. The {@code …Structs} classes
 * hold the protocol's offsets and sizes.
 */
@NullMarked
package io.luciola.fuse.kernel;

import org.jspecify.annotations.NullMarked;
