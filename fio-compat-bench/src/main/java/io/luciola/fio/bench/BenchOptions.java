package io.luciola.fio.bench;

/**
 * How much to measure.
 *
 * @param sizeBytes of the files that jobs work on
 * @param runs of each side of a comparison, by turns
 * @param seconds measured in each run
 * @param rampSeconds before that, for the compiler and the disk to settle
 * @param chunks of the case with many of them
 */
record BenchOptions(long sizeBytes, int runs, int seconds, int rampSeconds, int chunks) {}
