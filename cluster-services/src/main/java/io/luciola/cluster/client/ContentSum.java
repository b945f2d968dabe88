package io.luciola.cluster.client;

/**
 * What a replica gave to read of one chunk.
 *
 * @param version the committed version that was read
 * @param lengthBytes how much there was
 * @param crc32c of all of it
 */
public record ContentSum(long version, int lengthBytes, int crc32c) {}
