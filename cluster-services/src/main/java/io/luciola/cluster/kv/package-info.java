/**
 * Transactional ordered key-value store with FoundationDB's semantics: the interface, its limits,
 * and the embedded back end (in memory with a write-ahead log and snapshots on disk).
 */
package io.luciola.cluster.kv;
