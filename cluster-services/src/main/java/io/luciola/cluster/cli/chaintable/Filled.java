package io.luciola.cluster.cli.chaintable;

/**
 * What came of a workload.
 *
 * @param until which part was to be full
 * @param files how many were written
 * @param full whether there was no space before
 */
record Filled(
    String workload, long fileBytes, double until, long files, boolean full, FillView fill) {}
