/** A cluster in memory, with the errors and rules of the real one. */
@NullMarked
package io.luciola.fuse.fake;

import org.jspecify.annotations.NullMarked;
