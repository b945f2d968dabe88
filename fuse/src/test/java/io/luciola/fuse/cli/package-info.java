/** The command line of mounts. */
@NullMarked
package io.luciola.fuse.cli;

import org.jspecify.annotations.NullMarked;
