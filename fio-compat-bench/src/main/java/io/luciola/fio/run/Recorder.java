package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.stats.DirectionStats;
import io.luciola.fio.stats.JobStats;
import io.luciola.fio.stats.Usage;
import java.io.IOException;

/** Counts one thread's completions: statistics, bandwidth samples, logs and the live counters. */
final class Recorder implements AutoCloseable {

  private final boolean inline;
  private final boolean timed;
  private final LiveCounters live;
  private final JobLogs logs;
  private final RateSampler[] samplers = new RateSampler[Direction.COUNT];

  private Usage usageAtBegin = Usage.NONE;
  private long beganNs;

  /** What is counted. */
  final JobStats stats;

  Recorder(JobSpec job, boolean inline, LiveCounters live, JobStats stats) throws IOException {
    this.inline = inline;
    this.timed = job.reporting().timed();
    this.live = live;
    this.stats = stats;
    this.logs = new JobLogs(job);
    for (Direction direction : Direction.ALL) {
      samplers[direction.index()] =
          new RateSampler(stats.of(direction), job.reporting(), logs, direction);
    }
  }

  /** Measuring starts, or starts again after the ramp. */
  void begin(long nowNs) {
    stats.reset();
    beganNs = nowNs;
    usageAtBegin = ThreadUsage.now();
    for (RateSampler sampler : samplers) {
      sampler.begin(nowNs);
    }
    logs.begin(nowNs);
  }

  void onIo(
      Direction direction,
      int lengthBytes,
      int transferredBytes,
      long offsetBytes,
      long startedNs,
      long issuedNs,
      long nowNs) {
    DirectionStats counted = stats.of(direction);
    counted.ios++;
    counted.bytes += transferredBytes;
    if (transferredBytes < lengthBytes) {
      counted.shortIos++;
    }
    live.add(direction, 1, transferredBytes);
    if (!timed) {
      return;
    }
    long slat = issuedNs - startedNs;
    long clat = nowNs - issuedNs;
    long lat = nowNs - startedNs;
    if (!inline) {
      counted.slat.add(slat);
    }
    counted.clat.add(clat);
    counted.lat.add(lat);
    stats.latency.add(clat);
    if (logs.enabled()) {
      logs.onIo(direction, lengthBytes, offsetBytes, inline ? -1 : slat, clat, lat, nowNs);
    }
    samplers[direction.index()].onIo(transferredBytes, nowNs);
  }

  void onSync(long startedNs, long nowNs) {
    // In a job that is not timed, with a latency of 0.
    stats.sync.add(nowNs - startedNs);
  }

  /** A phase of a direction took this long. */
  void addRuntime(Direction direction, long durationNs) {
    stats.of(direction).runtimeNs += durationNs;
  }

  /** Measuring ends. */
  void end(long nowNs) {
    stats.runtimeNs = nowNs - beganNs;
    stats.usage = ThreadUsage.now().since(usageAtBegin);
  }

  @Override
  public void close() throws IOException {
    logs.close();
  }
}
