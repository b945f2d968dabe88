/**
 * A chain, its clients and its Mgmtds in simulated time, driven by a seed: the same {@link
 * io.luciola.craq.ChainReplica} and {@link io.luciola.craq.membership.ClusterMembership} that
 * production runs, over a network, disks and processes that fail.
 */
@NullMarked
package io.luciola.craq.sim;

import org.jspecify.annotations.NullMarked;
