/**
 * A storage node: takes frames from data paths and predecessors, hands each I/O to its target's
 * chain replica, and carries out on engines and successors what the replicas decide.
 */
package io.luciola.cluster.storage;
