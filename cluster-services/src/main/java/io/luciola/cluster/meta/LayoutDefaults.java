package io.luciola.cluster.meta;

/**
 * What new files get where their directory says nothing.
 *
 * @param chunkSizeBytes a power of two from 4 KiB to 64 MiB
 * @param stripe most chains that a run of a file's chunks is spread over; positive
 */
public record LayoutDefaults(int chunkSizeBytes, int stripe) {}
