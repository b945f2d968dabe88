/**
 * What proves the engine: a model of what chunks may be, workloads, and the crashes, faults and
 * planted bugs that are held against it. Uses the engine through its public interface.
 */
package io.luciola.blockstore.engine.crash;
