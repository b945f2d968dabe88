package io.luciola.fio.output;

import io.luciola.fio.job.JobSpec;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.stats.JobStats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is reported as one: a thread, or the threads of a group with {@code group_reporting}.
 *
 * @param job of the first thread
 * @param threads how many threads
 * @param stats theirs together
 */
public record JobReport(JobSpec job, int threads, JobStats stats) {

  /** Reports of all threads, in order. */
  public static List<JobReport> of(List<JobThread> threads) {
    List<JobReport> reports = new ArrayList<>();
    @Nullable JobReport last = null;
    for (JobThread thread : threads) {
      JobSpec job = thread.job();
      boolean joins = last != null && job.groupReporting() && last.job().groupId() == job.groupId();
      if (joins) {
        reports.removeLast();
        last.stats().merge(thread.stats());
        last = new JobReport(last.job(), last.threads() + 1, last.stats());
      } else {
        JobStats stats = new JobStats(job.reporting());
        stats.startedMs = Long.MAX_VALUE;
        stats.merge(thread.stats());
        last = new JobReport(job, 1, stats);
      }
      reports.add(last);
    }
    return reports;
  }
}
