package io.luciola.chaintable.analysis;

/**
 * What came of writing files into a table.
 *
 * @param fill how full the disks are at the end
 * @param files how many files were written, the one that failed not counted
 * @param full whether a write found no space before the wanted fill was reached
 */
public record FillOutcome(Fill fill, long files, boolean full) {}
