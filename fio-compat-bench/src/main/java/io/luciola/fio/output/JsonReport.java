package io.luciola.fio.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.stats.Buckets;
import io.luciola.fio.stats.DirectionStats;
import io.luciola.fio.stats.JobStats;
import io.luciola.fio.stats.LatencyStat;
import io.luciola.fio.stats.RunningStat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * fio's JSON, key by key, so that the tools which read it work. {@code json+} adds the bins of the
 * latency histograms.
 */
public final class JsonReport {

  private static final DateTimeFormatter CTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  private final JsonGenerator out;
  private final boolean bins;

  private JsonReport(JsonGenerator out, boolean bins) {
    this.out = out;
    this.bins = bins;
  }

  /**
   * The report as one JSON object with a line break at the end.
   *
   * @param bins whether to add the histograms, as in {@code json+}
   */
  public static String of(RunResult result, boolean bins) {
    StringWriter text = new StringWriter();
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(new com.fasterxml.jackson.core.util.DefaultIndenter("  ", "\n"));
    printer.indentObjectsWith(new com.fasterxml.jackson.core.util.DefaultIndenter("  ", "\n"));
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.setPrettyPrinter(printer);
      new JsonReport(out, bins).write(result);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text + "\n";
  }

  private void write(RunResult result) throws IOException {
    out.writeStartObject();
    out.writeStringField("fio version", result.version());
    out.writeNumberField("timestamp", result.ended().getEpochSecond());
    out.writeNumberField("timestamp_ms", result.ended().toEpochMilli());
    out.writeStringField("time", CTIME.format(result.ended().atZone(ZoneId.systemDefault())));
    List<JobReport> reports = JobReport.of(result.threads());
    if (!reports.isEmpty() && !reports.getFirst().job().globalWritten().isEmpty()) {
      texts("global options", reports.getFirst().job().globalWritten());
    }
    out.writeArrayFieldStart("jobs");
    for (JobReport report : reports) {
      job(result, report);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("disk_util");
    out.writeEndArray();
    out.writeEndObject();
  }

  private void job(RunResult result, JobReport report) throws IOException {
    JobSpec job = report.job();
    JobStats stats = report.stats();
    out.writeStartObject();
    out.writeStringField("jobname", job.name());
    out.writeNumberField("groupid", job.groupId());
    out.writeNumberField("job_start", stats.startedMs);
    out.writeNumberField("error", stats.error);
    out.writeNumberField("eta", 0);
    out.writeNumberField("elapsed", result.elapsedSeconds());
    if (job.description() != null) {
      out.writeStringField("desc", job.description());
    }
    texts("job options", job.ownWritten());
    for (Direction direction : Direction.ALL) {
      GroupTotals totals = GroupTotals.of(result.threads(), job.groupId(), direction);
      direction(direction, stats.of(direction), totals, job);
    }
    out.writeObjectFieldStart("sync");
    out.writeNumberField("total_ios", stats.sync.stat().count());
    latency("lat_ns", stats.sync, job);
    out.writeEndObject();
    out.writeNumberField("job_runtime", stats.runtimeNs / 1_000_000);
    decimal("usr_cpu", percent(stats.usage.userNs(), stats.runtimeNs));
    decimal("sys_cpu", percent(stats.usage.systemNs(), stats.runtimeNs));
    out.writeNumberField("ctx", stats.usage.contextSwitches());
    out.writeNumberField("majf", stats.usage.majorFaults());
    out.writeNumberField("minf", stats.usage.minorFaults());
    buckets("iodepth_level", stats.depth, 0.1);
    buckets("iodepth_submit", stats.submitted, 0.1);
    buckets("iodepth_complete", stats.reaped, 0.1);
    latencyBuckets("ns", stats.latency);
    latencyBuckets("us", stats.latency);
    latencyBuckets("ms", stats.latency);
    out.writeNumberField("latency_depth", job.depth().depth());
    out.writeNumberField("latency_target", 0);
    decimal("latency_percentile", 100);
    out.writeNumberField("latency_window", 0);
    out.writeEndObject();
  }

  private void direction(Direction direction, DirectionStats stats, GroupTotals totals, JobSpec job)
      throws IOException {
    out.writeObjectFieldStart(direction.label());
    out.writeNumberField("io_bytes", stats.bytes);
    out.writeNumberField("io_kbytes", stats.bytes / 1024);
    out.writeNumberField("bw_bytes", stats.bytesPerSecond());
    out.writeNumberField("bw", stats.bytesPerSecond() / 1024);
    decimal("iops", stats.iosPerSecond());
    out.writeNumberField("runtime", stats.runtimeMs());
    out.writeNumberField("total_ios", stats.ios);
    out.writeNumberField("short_ios", stats.shortIos);
    out.writeNumberField("drop_ios", 0);
    latency("slat_ns", stats.slat, job);
    latency("clat_ns", stats.clat, job);
    latency("lat_ns", stats.lat, job);
    RunningStat bandwidth = stats.bandwidth;
    out.writeNumberField("bw_min", bandwidth.min());
    out.writeNumberField("bw_max", bandwidth.max());
    decimal("bw_agg", totals.percentOf(bandwidth.mean()));
    decimal("bw_mean", bandwidth.mean());
    decimal("bw_dev", bandwidth.stddev());
    out.writeNumberField("bw_samples", bandwidth.count());
    out.writeNumberField("iops_min", stats.iops.min());
    out.writeNumberField("iops_max", stats.iops.max());
    decimal("iops_mean", stats.iops.mean());
    decimal("iops_stddev", stats.iops.stddev());
    out.writeNumberField("iops_samples", stats.iops.count());
    out.writeEndObject();
  }

  private void latency(String name, LatencyStat latency, JobSpec job) throws IOException {
    RunningStat stat = latency.stat();
    out.writeObjectFieldStart(name);
    out.writeNumberField("min", stat.min());
    out.writeNumberField("max", stat.max());
    decimal("mean", stat.mean());
    decimal("stddev", stat.stddev());
    out.writeNumberField("N", stat.count());
    if (latency.hasPercentiles()) {
      out.writeObjectFieldStart("percentile");
      for (double percentile : job.reporting().percentiles()) {
        out.writeNumberField(
            String.format(Locale.ROOT, "%.6f", percentile), latency.percentileNs(percentile));
      }
      out.writeEndObject();
      if (bins) {
        out.writeObjectFieldStart("bins");
        latency.forEachBin(this::bin);
        out.writeEndObject();
      }
    }
    out.writeEndObject();
  }

  private void bin(long latencyNs, long count) {
    try {
      out.writeNumberField(Long.toString(latencyNs), count);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void buckets(String name, Buckets buckets, double least) throws IOException {
    out.writeObjectFieldStart(name);
    for (int i = 0; i < buckets.labels().size(); i++) {
      decimal(buckets.labels().get(i), buckets.percent(i, least));
    }
    out.writeEndObject();
  }

  private void latencyBuckets(String unit, Buckets buckets) throws IOException {
    out.writeObjectFieldStart("latency_" + unit);
    for (int i = 0; i < buckets.labels().size(); i++) {
      String label = buckets.labels().get(i);
      if (label.endsWith(unit)) {
        decimal(label.substring(0, label.length() - 2), buckets.percent(i, 0.01));
      }
    }
    out.writeEndObject();
  }

  private void texts(String name, Map<String, String> values) throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      out.writeStringField(value.getKey(), value.getValue());
    }
    out.writeEndObject();
  }

  private void decimal(String name, double value) throws IOException {
    out.writeFieldName(name);
    out.writeNumber(String.format(Locale.ROOT, "%.6f", value));
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }
}
