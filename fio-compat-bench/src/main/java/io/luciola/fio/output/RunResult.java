package io.luciola.fio.output;

import io.luciola.fio.run.JobThread;
import java.time.Instant;
import java.util.List;

/**
 * A finished run.
 *
 * @param version of this tool, as in {@code fio-3.33}
 * @param ended when
 * @param elapsedSeconds since the run began
 * @param threads all threads, ended
 */
public record RunResult(
    String version, Instant ended, long elapsedSeconds, List<JobThread> threads) {}
