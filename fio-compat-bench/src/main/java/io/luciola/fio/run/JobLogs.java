package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.JobSpec.Reporting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log files of one thread: {@code <prefix>_<kind>.<thread>.log}. */
final class JobLogs implements AutoCloseable {

  private final @Nullable LogFile slat;
  private final @Nullable LogFile clat;
  private final @Nullable LogFile lat;
  private final @Nullable LogFile bandwidth;
  private final @Nullable LogFile iops;
  private final List<LogFile> open = new ArrayList<>();
  private final int blockBytes;

  JobLogs(JobSpec job) throws IOException {
    Reporting reporting = job.reporting();
    slat = create(job, reporting.latLog(), "slat", reporting.logAverageNs());
    clat = create(job, reporting.latLog(), "clat", reporting.logAverageNs());
    lat = create(job, reporting.latLog(), "lat", reporting.logAverageNs());
    // These are averages over a sampling period already.
    bandwidth = create(job, reporting.bwLog(), "bw", 0);
    iops = create(job, reporting.iopsLog(), "iops", 0);
    blockBytes = job.access().leastBlockBytes();
  }

  boolean enabled() {
    return lat != null;
  }

  void begin(long nowNs) {
    open.forEach(log -> log.begin(nowNs));
  }

  void onIo(
      Direction direction,
      int lengthBytes,
      long offsetBytes,
      long slatNs,
      long clatNs,
      long latNs,
      long nowNs) {
    if (slat != null && slatNs >= 0) {
      slat.add(nowNs, slatNs, direction, lengthBytes, offsetBytes);
    }
    if (clat != null) {
      clat.add(nowNs, clatNs, direction, lengthBytes, offsetBytes);
    }
    if (lat != null) {
      lat.add(nowNs, latNs, direction, lengthBytes, offsetBytes);
    }
  }

  void onBandwidth(Direction direction, long kibPerSecond, long nowNs) {
    if (bandwidth != null) {
      bandwidth.add(nowNs, kibPerSecond, direction, blockBytes, 0);
    }
  }

  void onIops(Direction direction, long perSecond, long nowNs) {
    if (iops != null) {
      iops.add(nowNs, perSecond, direction, blockBytes, 0);
    }
  }

  @Override
  public void close() throws IOException {
    for (LogFile log : open) {
      log.close();
    }
  }

  private @Nullable LogFile create(
      JobSpec job, @Nullable String prefix, String kind, long averageNs) throws IOException {
    if (prefix == null) {
      return null;
    }
    LogFile log = new LogFile(prefix + "_" + kind + "." + job.threadNumber() + ".log", averageNs);
    open.add(log);
    return log;
  }
}
