/**
 * The verbs of {@code luciola admin} that look at chunks where these are stored: dump-chunkmeta,
 * query-chunk, checksum and find-orphaned-chunks. They only read. Those that compare look twice at
 * what may have been in motion.
 */
package io.luciola.cluster.cli.admin.chunks;
