package io.luciola.fio.output;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.stats.Buckets;
import io.luciola.fio.stats.DirectionStats;
import io.luciola.fio.stats.JobStats;
import io.luciola.fio.stats.LatencyStat;
import io.luciola.fio.stats.RunningStat;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The report that people read, line by line as fio writes it. */
public final class TextReport {

  private static final DateTimeFormatter CTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  private final StringBuilder out = new StringBuilder();
  private final RunResult result;

  private TextReport(RunResult result) {
    this.result = result;
  }

  /** The whole report. */
  public static String of(RunResult result) {
    TextReport report = new TextReport(result);
    report.out.append('\n');
    for (JobReport job : JobReport.of(result.threads())) {
      report.job(job);
    }
    report.groups();
    return report.out.toString();
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void job(JobReport report) {
    JobSpec job = report.job();
    JobStats stats = report.stats();
    String error = stats.error == 0 ? " 0" : stats.error + " (" + stats.errorMessage + ")";
    line(
        "%s: (groupid=%d, jobs=%d): err=%s: pid=%d: %s",
        job.name(),
        job.groupId(),
        report.threads(),
        error,
        ProcessHandle.current().pid(),
        CTIME.format(result.ended().atZone(ZoneId.systemDefault())));
    if (job.description() != null) {
      line("  Description  : [%s]", job.description());
    }
    for (Direction direction : Direction.ALL) {
      if (stats.of(direction).ios > 0) {
        direction(direction, stats.of(direction), job);
      }
    }
    latencyDistribution(stats.latency);
    if (stats.sync.stat().count() > 0) {
      line("  fsync/fdatasync/sync_file_range:");
      latency("sync", stats.sync.stat());
      percentiles("sync", stats.sync, job);
    }
    line(
        "  cpu          : usr=%3.2f%%, sys=%3.2f%%, ctx=%d, majf=%d, minf=%d",
        percent(stats.usage.userNs(), stats.runtimeNs),
        percent(stats.usage.systemNs(), stats.runtimeNs),
        stats.usage.contextSwitches(),
        stats.usage.majorFaults(),
        stats.usage.minorFaults());
    line("  IO depths    : %s", distribution(stats.depth));
    line("     submit    : %s", distribution(stats.submitted));
    line("     complete  : %s", distribution(stats.reaped));
    DirectionStats read = stats.of(Direction.READ);
    DirectionStats write = stats.of(Direction.WRITE);
    DirectionStats trim = stats.of(Direction.TRIM);
    line(
        "     issued rwts: total=%d,%d,%d,%d short=%d,%d,%d,0 dropped=0,0,0,0",
        read.ios,
        write.ios,
        trim.ios,
        stats.sync.stat().count(),
        read.shortIos,
        write.shortIos,
        trim.shortIos);
    line("     latency   : target=0, window=0, percentile=100.00%%, depth=%d", job.depth().depth());
  }

  private void direction(Direction direction, DirectionStats stats, JobSpec job) {
    line(
        "  %s: IOPS=%s, BW=%s/s (%s/s)(%s/%dmsec)%s",
        direction.label(),
        Quantity.count(stats.iosPerSecond(), 4),
        Quantity.binaryBytes(stats.bytesPerSecond()),
        Quantity.decimalBytes(stats.bytesPerSecond()),
        Quantity.binaryBytes(stats.bytes),
        stats.runtimeMs(),
        direction == Direction.WRITE ? "; 0 zone resets" : "");
    if (stats.slat.stat().count() > 0) {
      latency("slat", stats.slat.stat());
    }
    latency("clat", stats.clat.stat());
    latency(" lat", stats.lat.stat());
    percentiles("slat", stats.slat, job);
    percentiles("clat", stats.clat, job);
    percentiles("lat", stats.lat, job);
    GroupTotals totals = GroupTotals.of(result.threads(), job.groupId(), direction);
    if (stats.bandwidth.count() > 0) {
      bandwidth(stats.bandwidth, totals);
    }
    RunningStat iops = stats.iops;
    if (iops.count() > 0) {
      line(
          "   iops        : min=%5d, max=%5d, avg=%5.02f, stdev=%5.02f, samples=%d",
          iops.min(), iops.max(), iops.mean(), iops.stddev(), iops.count());
    }
  }

  private void bandwidth(RunningStat kib, GroupTotals totals) {
    boolean large = kib.mean() > 1_000_000;
    double unit = large ? 1024 : 1;
    line(
        "   bw (%5s/s): min=%5d, max=%5d, per=%3.2f%%, avg=%5.02f, stdev=%5.02f, samples=%d",
        large ? "  MiB" : "  KiB",
        (long) (kib.min() / unit),
        (long) (kib.max() / unit),
        totals.percentOf(kib.mean()),
        kib.mean() / unit,
        kib.stddev() / unit,
        kib.count());
  }

  private void latency(String name, RunningStat ns) {
    String unit = "nsec";
    double divisor = 1;
    if (ns.min() > 2_000_000 && ns.max() > 99_999_999 && ns.stddev() > 1_000_000) {
      unit = "msec";
      divisor = 1e6;
    } else if (ns.min() > 2_000 && ns.max() > 99_999 && ns.stddev() > 1_000) {
      unit = "usec";
      divisor = 1e3;
    }
    line(
        "    %s (%s): min=%s, max=%s, avg=%5.02f, stdev=%5.02f",
        name,
        unit,
        Quantity.count(Math.floor(ns.min() / divisor), 6),
        Quantity.count(Math.floor(ns.max() / divisor), 6),
        ns.mean() / divisor,
        ns.stddev() / divisor);
  }

  private void percentiles(String name, LatencyStat latency, JobSpec job) {
    if (!latency.hasPercentiles()) {
      return;
    }
    List<Double> list = job.reporting().percentiles();
    long least = latency.percentileNs(list.getFirst());
    long most = latency.percentileNs(list.getLast());
    String unit = "nsec";
    long divisor = 1;
    if (least > 2_000_000 && most > 99_999_999) {
      unit = "msec";
      divisor = 1_000_000;
    } else if (least > 2_000 && most > 99_999) {
      unit = "usec";
      divisor = 1_000;
    }
    line("    %s percentiles (%s):", name, unit);
    int width = Math.max(5, Long.toString((most + divisor - 1) / divisor).length());
    int columns = 80 / (14 + width);
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < list.size(); i++) {
      if (i % columns == 0) {
        row.append(i == 0 ? "     |" : "\n     |");
      }
      long value = (latency.percentileNs(list.get(i)) + divisor - 1) / divisor;
      row.append(String.format(Locale.ROOT, " %5.2fth=[%" + width + "d]", list.get(i), value));
      row.append(i == list.size() - 1 ? "" : ",");
    }
    line("%s", row);
  }

  private void latencyDistribution(Buckets latency) {
    for (String unit : List.of("ns", "us", "ms")) {
      int column = 0;
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < latency.labels().size(); i++) {
        double percent = latency.percent(i, 0.01);
        String label = latency.labels().get(i);
        if (!label.endsWith(unit) || percent <= 0) {
          continue;
        }
        row.append(column == 0 ? "  lat (" + unit.charAt(0) + "sec)   : " : ", ");
        row.append(
            String.format(
                Locale.ROOT, "%s=%3.2f%%", label.substring(0, label.length() - 2), percent));
        column = (column + 1) % 5;
        if (column == 0) {
          row.append('\n');
        }
      }
      out.append(row.toString().indent(0));
    }
  }

  private static String distribution(Buckets buckets) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < buckets.labels().size(); i++) {
      row.append(i == 0 ? "" : ", ");
      row.append(
          String.format(
              Locale.ROOT, "%s=%3.1f%%", buckets.labels().get(i), buckets.percent(i, 0.1)));
    }
    return row.toString();
  }

  private void groups() {
    List<Integer> groups =
        result.threads().stream().map(JobThread::job).map(JobSpec::groupId).distinct().toList();
    for (int group : groups) {
      line("\nRun status group %d (all jobs):", group);
      for (Direction direction : Direction.ALL) {
        GroupTotals totals = GroupTotals.of(result.threads(), group, direction);
        if (!totals.isEmpty()) {
          group(direction, totals);
        }
      }
    }
  }

  private void group(Direction direction, GroupTotals totals) {
    line(
        "%7s: bw=%s/s (%s/s), %s/s-%s/s (%s/s-%s/s), io=%s (%s), run=%d-%dmsec",
        direction.label().toUpperCase(Locale.ROOT),
        Quantity.binaryBytes(totals.aggregate()),
        Quantity.decimalBytes(totals.aggregate()),
        Quantity.binaryBytes(totals.least()),
        Quantity.binaryBytes(totals.most()),
        Quantity.decimalBytes(totals.least()),
        Quantity.decimalBytes(totals.most()),
        Quantity.binaryBytes(totals.bytes()),
        Quantity.decimalBytes(totals.bytes()),
        totals.leastRuntimeMs(),
        totals.mostRuntimeMs());
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }
}
