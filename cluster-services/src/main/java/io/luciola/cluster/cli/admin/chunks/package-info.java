/**
 * The verbs of {@code luciola admin} that look at chunks on all replicas: dump-chunkmeta,
 * query-chunk, checksum and find-orphaned-chunks. They only read, and look twice at what may have
 * been in motion.
 */
package io.luciola.cluster.cli.admin.chunks;
