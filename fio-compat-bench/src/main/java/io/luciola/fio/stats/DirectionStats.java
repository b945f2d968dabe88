package io.luciola.fio.stats;

import io.luciola.fio.job.JobSpec.Reporting;

/** What is counted of the reads, the writes or the trims of a job. */
public final class DirectionStats {

  /** Bytes transferred. */
  public long bytes;

  /** I/Os completed. */
  public long ios;

  /** I/Os that transferred less than asked for. */
  public long shortIos;

  /** Time in which I/Os of this direction were done. */
  public long runtimeNs;

  /** Latency from the start of an I/O to its submission. */
  public final LatencyStat slat;

  /** Latency from submission to completion. */
  public final LatencyStat clat;

  /** Latency from start to completion. */
  public final LatencyStat lat;

  /** Samples of the bandwidth in KiB/s. */
  public final RunningStat bandwidth = new RunningStat();

  /** Samples of the I/Os per second. */
  public final RunningStat iops = new RunningStat();

  /** Empty. */
  public DirectionStats(Reporting reporting) {
    slat = new LatencyStat(reporting.slat());
    clat = new LatencyStat(reporting.clat());
    lat = new LatencyStat(reporting.lat());
  }

  /** Adds those of a thread that ran in the same group. */
  public void merge(DirectionStats other) {
    bytes += other.bytes;
    ios += other.ios;
    shortIos += other.shortIos;
    runtimeNs = Math.max(runtimeNs, other.runtimeNs);
    slat.merge(other.slat);
    clat.merge(other.clat);
    lat.merge(other.lat);
    bandwidth.addParallel(other.bandwidth);
    iops.addParallel(other.iops);
  }

  /** Forgets everything; used when the ramp ends. */
  public void reset() {
    bytes = 0;
    ios = 0;
    shortIos = 0;
    runtimeNs = 0;
    slat.reset();
    clat.reset();
    lat.reset();
    bandwidth.reset();
    iops.reset();
  }

  /** Runtime in whole milliseconds; at least 1 when anything was done, as fio counts. */
  public long runtimeMs() {
    return ios == 0 ? 0 : Math.max(1, runtimeNs / 1_000_000);
  }

  /** Bytes per second over the runtime. */
  public long bytesPerSecond() {
    long ms = runtimeMs();
    return ms == 0 ? 0 : (long) (bytes * 1000.0 / ms);
  }

  /** I/Os per second over the runtime. */
  public double iosPerSecond() {
    long ms = runtimeMs();
    return ms == 0 ? 0 : ios * 1000.0 / ms;
  }
}
