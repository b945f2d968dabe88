/** The protocol, tested without a kernel. */
@NullMarked
package io.luciola.fuse.kernel;

import org.jspecify.annotations.NullMarked;
