/**
 * {@code luciola bench failover}: a cluster of real processes, some of which are killed or stopped
 * while a verified load runs, and how long I/O stood still.
 */
@NullMarked
package io.luciola.fio.failover;

import org.jspecify.annotations.NullMarked;
