package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec.Reporting;
import io.luciola.fio.stats.DirectionStats;

/** Samples bandwidth and I/Os per second of one direction at regular times. */
final class RateSampler {

  private final DirectionStats stats;
  private final JobLogs logs;
  private final Direction direction;
  private final long bwPeriodNs;
  private final long iopsPeriodNs;
  private long bwSinceNs;
  private long iopsSinceNs;
  private long bytes;
  private long ios;

  RateSampler(DirectionStats stats, Reporting reporting, JobLogs logs, Direction direction) {
    this.stats = stats;
    this.logs = logs;
    this.direction = direction;
    bwPeriodNs = period(reporting.bwSampleNs(), reporting.bwLog() != null, reporting);
    iopsPeriodNs = period(reporting.iopsSampleNs(), reporting.iopsLog() != null, reporting);
  }

  private static long period(long sampleNs, boolean logged, Reporting reporting) {
    return logged && reporting.logAverageNs() > 0
        ? Math.min(sampleNs, reporting.logAverageNs())
        : sampleNs;
  }

  void begin(long nowNs) {
    bwSinceNs = nowNs;
    iopsSinceNs = nowNs;
    bytes = 0;
    ios = 0;
  }

  void onIo(int transferredBytes, long nowNs) {
    bytes += transferredBytes;
    ios++;
    long elapsed = nowNs - bwSinceNs;
    if (elapsed >= bwPeriodNs) {
      long kibPerSecond = (long) (bytes * (1e9 / 1024) / elapsed);
      stats.bandwidth.add(kibPerSecond);
      logs.onBandwidth(direction, kibPerSecond, nowNs);
      bwSinceNs = nowNs;
      bytes = 0;
    }
    elapsed = nowNs - iopsSinceNs;
    if (elapsed >= iopsPeriodNs) {
      long perSecond = (long) (ios * 1e9 / elapsed);
      stats.iops.add(perSecond);
      logs.onIops(direction, perSecond, nowNs);
      iopsSinceNs = nowNs;
      ios = 0;
    }
  }
}
