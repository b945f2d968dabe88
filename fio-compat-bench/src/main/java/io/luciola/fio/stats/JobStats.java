package io.luciola.fio.stats;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec.Reporting;
import java.util.List;

/** What is counted of one job thread, or of a group of them. */
public final class JobStats {

  private final List<DirectionStats> directions;

  /** Latency of syncs. */
  public final LatencyStat sync = new LatencyStat(true);

  /** I/Os in flight when one was issued. */
  public final Buckets depth = Buckets.depths();

  /** Sizes of submitted batches. */
  public final Buckets submitted = Buckets.batches();

  /** Sizes of reaped batches. */
  public final Buckets reaped = Buckets.batches();

  /** Completion latencies by range. */
  public final Buckets latency = Buckets.latencies();

  /** Sum of the threads' run times. */
  public long runtimeNs;

  /** Processor use. */
  public Usage usage = Usage.NONE;

  /** Linux errno of the first failure; 0 when there was none. */
  public int error;

  /** What failed; empty when nothing did. */
  public String errorMessage = "";

  /** Wall-clock time of the start, milliseconds since 1970. */
  public long startedMs;

  /** Empty. */
  public JobStats(Reporting reporting) {
    directions = Direction.ALL.stream().map(any -> new DirectionStats(reporting)).toList();
  }

  /** Of one direction. */
  public DirectionStats of(Direction direction) {
    return directions.get(direction.index());
  }

  /** I/Os of all directions. */
  public long ios() {
    return directions.stream().mapToLong(direction -> direction.ios).sum();
  }

  /** Notes a failure, unless there was one before. */
  public void fail(int errno, String message) {
    if (error == 0) {
      error = errno;
      errorMessage = message;
    }
  }

  /** Adds those of another thread of the group. */
  public void merge(JobStats other) {
    for (Direction direction : Direction.ALL) {
      of(direction).merge(other.of(direction));
    }
    sync.merge(other.sync);
    depth.merge(other.depth);
    submitted.merge(other.submitted);
    reaped.merge(other.reaped);
    latency.merge(other.latency);
    runtimeNs += other.runtimeNs;
    usage = usage.plus(other.usage);
    startedMs = Math.min(startedMs, other.startedMs);
    if (other.error != 0) {
      fail(other.error, other.errorMessage);
    }
  }

  /** Forgets what was counted of the I/Os; used when the ramp ends. */
  public void reset() {
    directions.forEach(DirectionStats::reset);
    sync.reset();
    depth.reset();
    submitted.reset();
    reaped.reset();
    latency.reset();
  }
}
