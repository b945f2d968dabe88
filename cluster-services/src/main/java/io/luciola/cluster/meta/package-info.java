/**
 * The Meta service: directories, inodes and sessions as transactions over a key-value store, and
 * the removal of chunks that no name and no session holds any more.
 */
package io.luciola.cluster.meta;
