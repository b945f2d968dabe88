/** What users see of a mount of the memory cluster. */
@NullMarked
package io.luciola.fuse.mount;

import org.jspecify.annotations.NullMarked;
