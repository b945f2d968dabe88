/** Files and lengths, tested without a driver. */
@NullMarked
package io.luciola.fuse.vfs;

import org.jspecify.annotations.NullMarked;
