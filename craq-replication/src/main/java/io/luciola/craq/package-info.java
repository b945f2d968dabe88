/**
 * The CRAQ protocol as a deterministic state machine: one {@link io.luciola.craq.ChainReplica} per
 * target, events in as method calls, effects out through {@link io.luciola.craq.ReplicaEffects}.
 * Here are no threads, clocks, sockets or random numbers.
 */
package io.luciola.craq;
