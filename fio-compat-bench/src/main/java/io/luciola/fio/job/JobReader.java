package io.luciola.fio.job;

import io.luciola.fio.job.JobSpec.Access;
import io.luciola.fio.job.JobSpec.Content;
import io.luciola.fio.job.JobSpec.Depth;
import io.luciola.fio.job.JobSpec.Distribution;
import io.luciola.fio.job.JobSpec.Durability;
import io.luciola.fio.job.JobSpec.FileOrder;
import io.luciola.fio.job.JobSpec.Files;
import io.luciola.fio.job.JobSpec.Pace;
import io.luciola.fio.job.JobSpec.Random;
import io.luciola.fio.job.JobSpec.Reporting;
import io.luciola.fio.job.JobSpec.SyncMode;
import io.luciola.fio.job.JobSpec.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Turns sections into jobs, one {@link JobSpec} per clone, with fio's defaults. */
public final class JobReader {

  private static final long SECOND_NS = 1_000_000_000;
  private static final long MOST_BLOCK_BYTES = 1L << 30;
  private static final String DEFAULT_PERCENTILES =
      "1:5:10:20:30:40:50:60:70:80:90:95:99:99.5:99.9:99.95:99.99";

  private final Set<String> engineOptions;
  private final LongSupplier entropy;

  /**
   * Made once per invocation.
   *
   * @param engineOptions keys that only engines know
   * @param entropy where seeds come from that are to differ in each run
   */
  public JobReader(Set<String> engineOptions, LongSupplier entropy) {
    this.engineOptions = Set.copyOf(engineOptions);
    this.entropy = entropy;
  }

  /**
   * All threads of all sections, in order.
   *
   * @throws JobException naming the option at fault
   */
  public List<JobSpec> read(List<Section> sections) {
    List<JobSpec> jobs = new ArrayList<>();
    int group = 0;
    for (Section section : sections) {
      Options options = new Options(section.effective());
      boolean waits = options.flag("stonewall", false) || section.firstOfFile();
      if (!jobs.isEmpty() && (waits || options.flag("new_group", false))) {
        group++;
      }
      int clones = options.integer("numjobs", 1, 1, 4096);
      for (int clone = 0; clone < clones; clone++) {
        jobs.add(job(section, options, jobs.size() + 1, clone, group, waits && clone == 0));
      }
    }
    return jobs;
  }

  private JobSpec job(
      Section section, Options options, int thread, int clone, int group, boolean waits) {
    String name = options.text("name") == null ? section.name() : options.text("name");
    Access access = access(options);
    return new JobSpec(
        name,
        thread,
        clone,
        group,
        waits,
        options.flag("group_reporting", false),
        options.text("description"),
        options.text("ioengine") == null ? "posix" : options.text("ioengine"),
        access,
        files(options, name, clone),
        depth(options),
        durability(options),
        pace(options),
        timing(options),
        random(options, thread),
        content(options),
        reporting(options),
        engineOptions(options),
        written(section.global()),
        written(section.own()),
        section.origin());
  }

  private static Access access(Options options) {
    String rw =
        options.oneOf(
            "rw",
            "read",
            "read",
            "write",
            "trim",
            "randread",
            "randwrite",
            "randtrim",
            "rw",
            "readwrite",
            "randrw");
    boolean mixed = rw.equals("rw") || rw.equals("readwrite") || rw.equals("randrw");
    int readPercent = options.integer("rwmixread", 50, 0, 100);
    if (options.has("rwmixwrite")) {
      readPercent = 100 - options.integer("rwmixwrite", 50, 0, 100);
    }
    long[] block = options.triple("bs", 4096, 1, MOST_BLOCK_BYTES);
    return new Access(
        rw,
        mixed || rw.endsWith("read"),
        mixed || rw.endsWith("write"),
        rw.endsWith("trim"),
        rw.startsWith("rand"),
        readPercent,
        (int) block[0],
        (int) block[1],
        (int) block[2]);
  }

  private static Files files(Options options, String jobName, int clone) {
    FileOrder order =
        switch (options.oneOf(
            "file_service_type", "roundrobin", "roundrobin", "sequential", "random")) {
          case "sequential" -> FileOrder.SEQUENTIAL;
          case "random" -> FileOrder.RANDOM;
          default -> FileOrder.ROUND_ROBIN;
        };
    return new Files(
        fileNames(options, jobName, clone),
        options.amount("size"),
        options.amount("io_size"),
        options.amount("filesize"),
        options.amount("offset"),
        options.amount("offset_increment"),
        order,
        options.flag("unlink", false));
  }

  private static List<String> fileNames(Options options, String jobName, int clone) {
    String directory = options.text("directory");
    String prefix = directory == null ? "" : directory.endsWith("/") ? directory : directory + "/";
    List<String> names = new ArrayList<>();
    String given = options.text("filename");
    if (given != null) {
      for (String name : given.split("(?<!\\\\):", -1)) {
        names.add(prefix + name.replace("\\:", ":"));
      }
      if (options.has("nrfiles") && options.integer("nrfiles", 1, 1, 1 << 20) != names.size()) {
        throw options.error("nrfiles", "filename names " + names.size() + " files");
      }
      return names;
    }
    String format = options.text("filename_format");
    String pattern = format == null ? "$jobname.$jobnum.$filenum" : format;
    int count = options.integer("nrfiles", 1, 1, 1 << 20);
    for (int file = 0; file < count; file++) {
      names.add(
          prefix
              + pattern
                  .replace("$jobname", jobName)
                  .replace("$jobnum", Integer.toString(clone))
                  .replace("$filenum", Integer.toString(file)));
    }
    return names;
  }

  private static Depth depth(Options options) {
    int depth = options.integer("iodepth", 1, 1, 1 << 16);
    int batch = Math.min(depth, options.integer("iodepth_batch", 1, 1, 1 << 16));
    int least = Math.min(depth, options.integer("iodepth_batch_complete_min", 1, 0, 1 << 16));
    int most = options.integer("iodepth_batch_complete_max", Math.max(1, least), 0, 1 << 16);
    int low = options.integer("iodepth_low", depth, 0, 1 << 16);
    return new Depth(depth, batch, least, Math.max(most, Math.max(1, least)), Math.min(low, depth));
  }

  private static Durability durability(Options options) {
    SyncMode sync =
        switch (options.oneOf("sync", "none", "none", "0", "sync", "1", "dsync")) {
          case "sync", "1" -> SyncMode.SYNC;
          case "dsync" -> SyncMode.DSYNC;
          default -> SyncMode.NONE;
        };
    return new Durability(
        options.has("direct") ? options.flag("direct", false) : !options.flag("buffered", true),
        sync,
        options.integer("fsync", 0, 0, Integer.MAX_VALUE),
        options.integer("fdatasync", 0, 0, Integer.MAX_VALUE),
        options.flag("end_fsync", false),
        options.flag("invalidate", true));
  }

  private static Pace pace(Options options) {
    long thinkNs = options.timeNs("thinktime", 0, 1_000);
    return new Pace(
        boxed(options.triple("rate", 0, 0, Long.MAX_VALUE)),
        boxed(options.triple("rate_iops", 0, 0, Long.MAX_VALUE)),
        options.oneOf("rate_process", "linear", "linear", "poisson").equals("poisson"),
        thinkNs,
        Math.min(thinkNs, options.timeNs("thinktime_spin", 0, 1_000)),
        options.integer("thinktime_blocks", 1, 1, Integer.MAX_VALUE));
  }

  private static List<Long> boxed(long[] values) {
    return LongStream.of(values).boxed().toList();
  }

  private static Timing timing(Options options) {
    boolean timeBased = options.flag("time_based", false);
    long runtimeNs = options.timeNs("runtime", 0, SECOND_NS);
    if (timeBased && runtimeNs == 0) {
      throw options.error("time_based", "needs a runtime");
    }
    return new Timing(
        runtimeNs,
        timeBased,
        options.timeNs("ramp_time", 0, SECOND_NS),
        options.timeNs("startdelay", 0, SECOND_NS),
        options.integer("loops", 1, 1, Integer.MAX_VALUE),
        options.size("number_ios", 0, 0, Long.MAX_VALUE));
  }

  private Random random(Options options, int thread) {
    long base = 0x6c7563696f6c61L;
    if (options.has("randseed")) {
      base = options.size("randseed", 0, 0, Long.MAX_VALUE);
    } else if (!options.flag("allrandrepeat", options.flag("randrepeat", true))) {
      base = entropy.getAsLong();
    }
    String text = options.text("random_distribution");
    String[] parts = (text == null ? "random" : text).split(":", -1);
    Distribution distribution =
        switch (parts[0]) {
          case "random" -> Distribution.UNIFORM;
          case "zipf" -> Distribution.ZIPF;
          case "pareto" -> Distribution.PARETO;
          default ->
              throw options.error("random_distribution", "valid values: random, zipf:θ, pareto:h");
        };
    double parameter =
        parts.length > 1
            ? parameter(options, distribution, parts)
            : distribution == Distribution.ZIPF ? 1.1 : 0.2;
    boolean map = !options.flag("norandommap", false) && distribution == Distribution.UNIFORM;
    return new Random(base + 0x9e3779b97f4a7c15L * thread, map, distribution, parameter);
  }

  private static double parameter(Options options, Distribution distribution, String[] parts) {
    try {
      double value = Double.parseDouble(parts[1]);
      boolean valid =
          switch (distribution) {
            case UNIFORM -> false;
            case ZIPF -> value > 0 && value != 1.0 && value < 100;
            case PARETO -> value > 0 && value < 1;
          };
      if (valid && parts.length == 2) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      throw options.error("random_distribution", parts[1] + " is not a number");
    }
    throw options.error(
        "random_distribution", "zipf takes one number above 0 other than 1, pareto one below 1");
  }

  private static Content content(Options options) {
    boolean verify =
        !List.of("none", "0")
            .contains(options.oneOf("verify", "none", "none", "0", "crc32c", "crc32c-intel"));
    return new Content(
        options.flag("zero_buffers", false),
        options.flag("refill_buffers", false),
        verify,
        options.flag("do_verify", true),
        options.flag("verify_fatal", false));
  }

  private static Reporting reporting(Options options) {
    return new Reporting(
        !options.flag("gtod_reduce", false),
        percentiles(options),
        options.flag("slat_percentiles", false),
        options.flag("clat_percentiles", !options.flag("lat_percentiles", false)),
        options.flag("lat_percentiles", false),
        options.size("bwavgtime", 500, 1, 1 << 30) * 1_000_000,
        options.size("iopsavgtime", 500, 1, 1 << 30) * 1_000_000,
        options.text("write_bw_log"),
        options.text("write_lat_log"),
        options.text("write_iops_log"),
        options.size("log_avg_msec", 0, 0, 1 << 30) * 1_000_000);
  }

  private static List<Double> percentiles(Options options) {
    String text = options.text("percentile_list");
    List<Double> list = new ArrayList<>();
    for (String part : (text == null ? DEFAULT_PERCENTILES : text).split(":", -1)) {
      try {
        double value = Double.parseDouble(part);
        if (!(value > 0 && value <= 100)) {
          throw options.error("percentile_list", part + " is not above 0 and at most 100");
        }
        list.add(value);
      } catch (NumberFormatException notANumber) {
        throw options.error("percentile_list", part + " is not a number");
      }
    }
    if (list.size() > 20) {
      throw options.error("percentile_list", "at most 20 percentiles");
    }
    list.sort(null);
    return List.copyOf(list);
  }

  private Map<String, OptionValue> engineOptions(Options options) {
    Map<String, OptionValue> found = new LinkedHashMap<>();
    for (String key : engineOptions) {
      options.find(key).ifPresent(value -> found.put(key, value));
    }
    return found;
  }

  /** As fio's JSON shows them: only options with a value. */
  private static Map<String, String> written(List<OptionValue> values) {
    Map<String, String> map = new LinkedHashMap<>();
    for (OptionValue value : values) {
      @Nullable String raw = value.raw();
      if (raw != null) {
        map.put(value.key(), raw);
      }
    }
    return map;
  }
}
