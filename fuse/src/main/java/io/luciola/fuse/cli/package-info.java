/** The verbs {@code mount} and {@code umount}. */
@NullMarked
package io.luciola.fuse.cli;

import org.jspecify.annotations.NullMarked;
