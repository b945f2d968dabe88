/**
 * Jobs: fio's job-file and command-line syntax, the catalog of options, and the resolved {@link
 * io.luciola.fio.job.JobSpec} that the rest works with. Pure: no I/O but reading the job file.
 */
package io.luciola.fio.job;
