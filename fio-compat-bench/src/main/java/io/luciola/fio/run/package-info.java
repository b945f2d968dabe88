/**
 * Running jobs: the order of groups, one thread per job, which block comes next, how fast, what is
 * written and checked. A job thread allocates nothing per I/O.
 */
package io.luciola.fio.run;
