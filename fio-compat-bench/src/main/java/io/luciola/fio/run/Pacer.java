package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import java.util.SplittableRandom;

/**
 * When the next I/O of a direction may start, for {@code rate} and {@code rate_iops}. What was
 * missed is caught up with, so that the average holds.
 */
final class Pacer {

  private final double[] gapNs = new double[Direction.COUNT];
  private final double[] dueNs = new double[Direction.COUNT];
  private final boolean poisson;
  private final SplittableRandom random;

  Pacer(JobSpec job) {
    poisson = job.pace().poisson();
    random = new SplittableRandom(~job.random().seed());
    for (Direction direction : Direction.ALL) {
      gapNs[direction.index()] = job.pace().gapNs(direction, job.access().blockBytes(direction));
    }
  }

  /** Nanoseconds after the job's start at which the direction may go on; 0 without a limit. */
  long dueNs(Direction direction) {
    return (long) dueNs[direction.index()];
  }

  /** Whether the direction has a limit. */
  boolean limits(Direction direction) {
    return gapNs[direction.index()] > 0;
  }

  /** An I/O of the direction was issued. */
  void onIssue(Direction direction) {
    double gap = gapNs[direction.index()];
    if (gap > 0) {
      dueNs[direction.index()] += poisson ? -Math.log(1 - random.nextDouble()) * gap : gap;
    }
  }
}
