package io.luciola.fio.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every option key of jobs: those that work, those that change nothing here, those refused. */
public final class OptionCatalog {

  /** What becomes of an option. */
  public enum Support {
    /** Works as in fio. */
    WORKS,
    /** Accepted, and nothing needs to be done for it here. */
    NO_EFFECT,
    /** An option of fio that this tool does not have: an error. */
    REFUSED
  }

  /**
   * One option.
   *
   * @param key the name
   * @param alias another name, or null
   * @param bare whether it may stand without a value
   * @param help one line
   */
  public record Option(
      String key, @Nullable String alias, boolean bare, Support support, String help) {}

  private static final Map<String, Option> BY_NAME = new HashMap<>();
  private static final List<Option> ALL = new ArrayList<>();

  static {
    works("name", null, "Name of the job");
    works("description", null, "Text for the report");
    works("rw", "readwrite", "read, write, trim, randread, randwrite, randtrim, rw, randrw");
    works("bs", "blocksize", "Bytes per I/O: read[,write[,trim]]");
    works("size", null, "Bytes of each job's files together, or a percentage of what is there");
    works("io_size", "io_limit", "Bytes to transfer, if not size; or a percentage of size");
    works("filesize", null, "Bytes of each file");
    works("nrfiles", "nr_files", "Files per job");
    works("filename", null, "File names, separated by ':'; shared by the job's clones");
    works("filename_format", null, "Pattern of $jobname, $jobnum and $filenum");
    works("directory", null, "Where the files are");
    works("file_service_type", null, "roundrobin, sequential or random");
    works("offset", "fileoffset", "Where in the files to start, bytes or percentage");
    works("offset_increment", null, "Added to offset for each clone, bytes or percentage");
    works("number_ios", null, "Stop after so many I/Os");
    works("ioengine", null, "What to do I/O on");
    works("iodepth", null, "I/Os in flight");
    works("iodepth_batch", "iodepth_batch_submit", "I/Os to submit at once");
    works("iodepth_batch_complete_min", "iodepth_batch_complete", "Fewest I/Os to reap at once");
    works("iodepth_batch_complete_max", null, "Most I/Os to reap at once");
    works("iodepth_low", null, "Depth to fall to before the queue is filled again");
    flag("direct", null, "Bypass the page cache");
    flag("buffered", null, "The opposite of direct");
    works("sync", null, "none, sync or dsync: writes are durable one by one");
    works("fsync", null, "Sync after so many writes");
    works("fdatasync", null, "Sync data after so many writes");
    flag("end_fsync", null, "Sync at the end of the job");
    flag("invalidate", null, "Drop the files from the page cache first");
    flag("randrepeat", null, "The same random sequence in each run");
    flag("allrandrepeat", null, "As randrepeat");
    works("randseed", null, "Seed of all random sequences");
    flag("norandommap", null, "Random offsets may repeat before all were used");
    works("random_distribution", null, "random, zipf:theta or pareto:h");
    works("rwmixread", null, "Percentage of reads");
    works("rwmixwrite", null, "Percentage of writes");
    works("rate", null, "Bytes per second: read[,write[,trim]]");
    works("rate_iops", null, "I/Os per second: read[,write[,trim]]");
    works("rate_process", null, "linear or poisson");
    works("thinktime", null, "Pause after each thinktime_blocks I/Os, microseconds");
    works("thinktime_spin", null, "Part of thinktime to spend computing");
    works("thinktime_blocks", null, "I/Os between pauses");
    works("runtime", "timeout", "Most seconds to run");
    flag("time_based", null, "Repeat until runtime is over");
    works("ramp_time", null, "Seconds to run before measuring");
    works("startdelay", null, "Seconds to wait before starting");
    works("loops", null, "Passes over the files");
    works("numjobs", null, "Clones of the job");
    flag("stonewall", "wait_for_previous", "Wait for the jobs before");
    flag("new_group", null, "Start a new reporting group");
    flag("group_reporting", null, "Report a group as one");
    works("verify", null, "none or crc32c: check what is read back");
    flag("do_verify", null, "Read back and check after writing");
    flag("verify_fatal", null, "Stop at the first block that is wrong");
    flag("zero_buffers", null, "Write zeros");
    flag("refill_buffers", null, "New content for each write");
    works("percentile_list", null, "Percentiles to report, separated by ':'");
    flag("clat_percentiles", null, "Percentiles of completion latency (default)");
    flag("lat_percentiles", null, "Percentiles of total latency");
    flag("slat_percentiles", null, "Percentiles of submission latency");
    flag("gtod_reduce", null, "Time no single I/O: no latencies, no rate samples, less overhead");
    works("bwavgtime", null, "Milliseconds per bandwidth sample");
    works("iopsavgtime", null, "Milliseconds per IOPS sample");
    works("write_bw_log", null, "File name prefix of a bandwidth log");
    works("write_lat_log", null, "File name prefix of latency logs");
    works("write_iops_log", null, "File name prefix of an IOPS log");
    works("log_avg_msec", null, "Average log entries over so many milliseconds");
    flag("unlink", null, "Remove the files afterwards");
    works("kb_base", null, "1024 or 1000: what k, m and g mean");

    noEffect("thread", "jobs are always threads");
    noEffect("mem", "buffers are always page-aligned");
    noEffect("iomem", "buffers are always page-aligned");
    noEffect("scramble_buffers", "buffers differ anyway");
    noEffect("fallocate", "files are always preallocated");
    noEffect("create_serialize", "files are always laid out one by one");
    noEffect("clocksource", "the JVM's monotonic clock is used");
    noEffect("unified_rw_reporting", "only none is meant");
    noEffect("disk_util", "no disk statistics are taken");
    noEffect("registerfiles", "files are registered where that helps");
    noEffect("fixedbufs", "buffers are registered where that helps");
    noEffect("nonvectored", "requests are never vectored");

    for (String key :
        ("wait_for,lockfile,unique_filename,opendir,ba,blockalign,bsrange,blocksize_range,bssplit,"
             + "bs_unaligned,bs_is_seq_rand,rw_sequencer,ignore_error,serialize_overlap,"
             + "io_submit_mode,fill_device,fill_fs,file_append,offset_align,random_generator,"
             + "percentage_random,openfiles,fadvise_hint,write_barrier,sync_file_range,atomic,"
             + "overwrite,verify_only,verify_interval,verify_offset,verify_pattern,verify_dump,"
             + "verify_async,verify_backlog,verify_backlog_batch,experimental_verify,"
             + "verify_state_load,verify_state_save,trim_percentage,trim_verify_zero,"
             + "trim_backlog,trim_backlog_batch,write_iolog,read_iolog,replay_no_stall,"
             + "replay_redirect,exec_prerun,exec_postrun,ioscheduler,zonemode,zonesize,"
             + "zonecapacity,zonerange,zoneskip,lockmem,nice,prio,prioclass,"
             + "thinktime_blocks_type,thinktime_iotime,rate_min,rate_cycle,"
             + "rate_ignore_thinktime,rate_iops_min,max_latency,latency_target,latency_window,"
             + "latency_percentile,latency_run,write_hint,create_fsync,create_on_open,"
             + "create_only,allow_file_create,allow_mounted_write,pre_read,cpumask,"
             + "cpus_allowed,cpus_allowed_policy,numa_cpu_nodes,numa_mem_policy,fsync_on_close,"
             + "unlink_each_loop,exitall,exit_what,exitall_on_error,per_job_logs,log_entries,"
             + "log_hist_msec,log_hist_coarseness,write_hist_log,log_max_value,log_offset,"
             + "log_prio,log_compression,log_store_compressed,log_unix_epoch,"
             + "block_error_percentiles,stats,buffer_pattern,buffer_compress_percentage,"
             + "buffer_compress_chunk,dedupe_percentage,dedupe_mode,significant_figures,"
             + "disable_lat,disable_clat,disable_slat,disable_bw_measurement,"
             + "gtod_cpu,continue_on_error,error_dump,profile,cgroup,cgroup_weight,uid,gid,"
             + "unit_base,hugepage-size,flow,flow_id,flow_sleep,steadystate,steadystate_duration,"
             + "steadystate_ramp_time,hipri,sqthread_poll,iomem_align,mem_align")
            .split(",", -1)) {
      add(new Option(key, null, true, Support.REFUSED, "not supported here"));
    }
  }

  private OptionCatalog() {}

  /** The option with this key or alias. */
  public static Optional<Option> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All options in the order of the documentation. */
  public static Collection<Option> all() {
    return List.copyOf(ALL);
  }

  /** The known name that is most like a wrong one, for "did you mean"; empty when none is near. */
  public static Optional<String> similar(String wrong) {
    String best = null;
    int bestDistance = Math.max(2, wrong.length() / 3) + 1;
    for (Option option : ALL) {
      int distance = distance(wrong, option.key());
      if (option.support() != Support.REFUSED && distance < bestDistance) {
        best = option.key();
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }

  private static void works(String key, @Nullable String alias, String help) {
    add(new Option(key, alias, false, Support.WORKS, help));
  }

  private static void flag(String key, @Nullable String alias, String help) {
    add(new Option(key, alias, true, Support.WORKS, help));
  }

  private static void noEffect(String key, String why) {
    add(new Option(key, null, true, Support.NO_EFFECT, "No effect: " + why));
  }

  private static void add(Option option) {
    ALL.add(option);
    BY_NAME.put(option.key(), option);
    if (option.alias() != null) {
      BY_NAME.put(option.alias(), option);
    }
  }
}
