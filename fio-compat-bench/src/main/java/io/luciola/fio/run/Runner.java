package io.luciola.fio.run;

import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Runs jobs: those up to the next one that waits start together, and the next ones when all have
 * ended.
 */
public final class Runner {

  private final IoEngines engines;
  private final Clock clock;
  private final RunListener listener;
  private volatile boolean stopped;

  /** Made for one run. */
  public Runner(IoEngines engines, Clock clock, RunListener listener) {
    this.engines = engines;
    this.clock = clock;
    this.listener = listener;
  }

  /** Asks all jobs to end soon, with the results so far; for any thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Checks all jobs without running them.
   *
   * @throws JobException naming what is wrong
   */
  public void check(List<JobSpec> jobs) {
    for (JobSpec job : jobs) {
      IoEngine engine = engineOf(job);
      for (String key : job.engineOptions().keySet()) {
        if (!engine.options().contains(key)) {
          throw job.engineOptions()
              .get(key)
              .error(
                  "ioengine "
                      + job.engine()
                      + " has no such option; it belongs to "
                      + engines.enginesWith(key));
        }
      }
      if (job.content().verify() && job.access().leastBlockBytes() < Verification.HEADER_BYTES) {
        throw job.error("verify needs blocks of at least " + Verification.HEADER_BYTES + " bytes");
      }
      if (job.content().verify() && job.access().trims()) {
        throw job.error("verify does not go with trims");
      }
      engine.check(job);
    }
  }

  /**
   * Runs all jobs.
   *
   * @return the threads in the order of the jobs, ended
   * @throws JobException when sizes do not fit what is there
   * @throws EngineException when files cannot be laid out
   */
  public List<JobThread> run(List<JobSpec> jobs) throws EngineException, InterruptedException {
    check(jobs);
    List<JobThread> all = new ArrayList<>();
    int from = 0;
    while (from < jobs.size() && !stopped) {
      int to = from + 1;
      while (to < jobs.size() && !jobs.get(to).waits()) {
        to++;
      }
      all.addAll(runTogether(jobs.subList(from, to)));
      from = to;
    }
    return all;
  }

  private List<JobThread> runTogether(List<JobSpec> jobs)
      throws EngineException, InterruptedException {
    CountDownLatch ready = new CountDownLatch(jobs.size());
    CountDownLatch start = new CountDownLatch(1);
    List<JobThread> threads = new ArrayList<>();
    List<List<FileRegion>> regions = new ArrayList<>();
    for (JobSpec job : jobs) {
      IoEngine engine = engineOf(job);
      List<FileRegion> files = FilePlan.of(job, engine);
      engine.prepare(job, files);
      regions.add(files);
      threads.add(new JobThread(job, engine, files, clock, () -> stopped, ready, start));
    }
    listener.onStart(threads);
    threads.forEach(JobThread::begin);
    ready.await();
    start.countDown();
    for (JobThread thread : threads) {
      thread.join();
    }
    listener.onEnd(threads);
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).files().unlink()) {
        engineOf(jobs.get(i)).remove(jobs.get(i), regions.get(i));
      }
    }
    return threads;
  }

  private IoEngine engineOf(JobSpec job) {
    return engines
        .byName(job.engine())
        .orElseThrow(
            () ->
                job.error(
                    "engine " + job.engine() + " not loadable; there are: " + engines.known()));
  }
}
