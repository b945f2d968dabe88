package io.luciola.fio.failover;

/**
 * What one fault did.
 *
 * @param fault what was done
 * @param victim to which process
 * @param gapMs the longest that an I/O took from the fault on
 * @param noticedMs until the chains, or the primary, had changed
 * @param healedMs from the end of the fault until all targets served again
 * @param errors I/Os that failed
 */
record Round(
    Fault fault, String victim, double gapMs, double noticedMs, double healedMs, long errors) {}
