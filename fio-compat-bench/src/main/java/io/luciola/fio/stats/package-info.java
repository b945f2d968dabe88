/**
 * What is counted while jobs run. Recording allocates nothing; everything can be merged, for jobs
 * that are reported as one group.
 */
package io.luciola.fio.stats;
