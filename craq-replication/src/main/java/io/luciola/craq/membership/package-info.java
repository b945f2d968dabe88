/**
 * Who is in which chain: the decisions of the cluster manager, as a deterministic state machine.
 * {@link io.luciola.craq.membership.ClusterMembership} takes heartbeats, suspicions, probes and
 * time, and gives new versions of chains. Here are no threads, clocks, sockets or random numbers.
 */
package io.luciola.craq.membership;
