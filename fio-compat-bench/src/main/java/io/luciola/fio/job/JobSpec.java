package io.luciola.fio.job;

import io.luciola.fio.engine.Direction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One job thread's orders, complete and checked.
 *
 * @param name the job's name
 * @param threadNumber of all threads, from 1
 * @param cloneNumber among the job's clones, from 0
 * @param groupId reporting group, from 0
 * @param waits whether all threads before must have ended first
 * @param groupReporting whether the group is reported as one
 * @param description text for the report, or null
 * @param engine the name of the I/O engine, as written
 * @param access what to do in which order
 * @param files what to do it on
 * @param depth how much at a time
 * @param durability how soon it is to be durable
 * @param pace how fast
 * @param timing how long
 * @param random where randomness comes from
 * @param content what is written and how it is checked
 * @param reporting what is measured
 * @param engineOptions options of the engine, by key
 * @param globalWritten global options as written
 * @param ownWritten the job's own options as written
 * @param origin where the job was written
 */
public record JobSpec(
    String name,
    int threadNumber,
    int cloneNumber,
    int groupId,
    boolean waits,
    boolean groupReporting,
    @Nullable String description,
    String engine,
    Access access,
    Files files,
    Depth depth,
    Durability durability,
    Pace pace,
    Timing timing,
    Random random,
    Content content,
    Reporting reporting,
    Map<String, OptionValue> engineOptions,
    Map<String, String> globalWritten,
    Map<String, String> ownWritten,
    Origin origin) {

  /** An option of the engine. */
  public Optional<OptionValue> engineOption(String key) {
    return Optional.ofNullable(engineOptions.get(key));
  }

  /** An error about the job as a whole. */
  public JobException error(String why) {
    return new JobException(origin, name + ": " + why);
  }

  /**
   * What to do in which order.
   *
   * @param label as written, for example {@code randread}
   * @param reads whether there are reads
   * @param writes whether there are writes
   * @param trims whether there are trims
   * @param random whether offsets are random
   * @param readPercent share of reads where there are reads and writes
   * @param readBytes block size of reads
   * @param writeBytes block size of writes
   * @param trimBytes block size of trims
   */
  public record Access(
      String label,
      boolean reads,
      boolean writes,
      boolean trims,
      boolean random,
      int readPercent,
      int readBytes,
      int writeBytes,
      int trimBytes) {

    /** Whether there are I/Os of a direction. */
    public boolean has(Direction direction) {
      return switch (direction) {
        case READ -> reads;
        case WRITE -> writes;
        case TRIM -> trims;
      };
    }

    /** Block size of a direction. */
    public int blockBytes(Direction direction) {
      return switch (direction) {
        case READ -> readBytes;
        case WRITE -> writeBytes;
        case TRIM -> trimBytes;
      };
    }

    /** The smallest block size in use. */
    public int leastBlockBytes() {
      int least = Integer.MAX_VALUE;
      for (Direction direction : Direction.ALL) {
        least = has(direction) ? Math.min(least, blockBytes(direction)) : least;
      }
      return least;
    }

    /** The largest block size in use. */
    public int mostBlockBytes() {
      int most = 0;
      for (Direction direction : Direction.ALL) {
        most = has(direction) ? Math.max(most, blockBytes(direction)) : most;
      }
      return most;
    }
  }

  /** How the next file is chosen. */
  public enum FileOrder {
    /** One I/O on each in turn. */
    ROUND_ROBIN,
    /** One file to its end, then the next. */
    SEQUENTIAL,
    /** Any. */
    RANDOM
  }

  /**
   * What to work on.
   *
   * @param names the files, directory included
   * @param size of all files together; not given: what is there
   * @param ioSize bytes to transfer; not given: the size
   * @param fileSize of each file; not given: size divided by the number of files
   * @param offset where to start in each file
   * @param offsetIncrement added to the offset per clone
   * @param order how the next file is chosen
   * @param unlink whether to remove them afterwards
   */
  public record Files(
      List<String> names,
      Amount size,
      Amount ioSize,
      Amount fileSize,
      Amount offset,
      Amount offsetIncrement,
      FileOrder order,
      boolean unlink) {}

  /**
   * How much at a time.
   *
   * @param depth most I/Os in flight
   * @param submitBatch I/Os to collect before they are sent off
   * @param completeMin fewest completions to wait for when the queue is full
   * @param completeMax most completions to take at once
   * @param low depth down to which a full queue is emptied
   */
  public record Depth(int depth, int submitBatch, int completeMin, int completeMax, int low) {}

  /** Whether each write is durable when it completes. */
  public enum SyncMode {
    /** No. */
    NONE,
    /** Yes, with the file's attributes. */
    SYNC,
    /** Yes, the data. */
    DSYNC
  }

  /**
   * How soon writes become durable.
   *
   * @param direct whether to bypass caches
   * @param sync durable one by one
   * @param syncEvery writes between fsyncs; 0: never
   * @param dataSyncEvery writes between fdatasyncs; 0: never
   * @param syncAtEnd whether to fsync at the end
   * @param invalidate whether to drop cached content before the start
   */
  public record Durability(
      boolean direct,
      SyncMode sync,
      int syncEvery,
      int dataSyncEvery,
      boolean syncAtEnd,
      boolean invalidate) {}

  /**
   * How fast.
   *
   * @param bytesPerSecond by direction; 0: no limit
   * @param iosPerSecond by direction; 0: no limit
   * @param poisson whether the gaps are random instead of even
   * @param thinkNs pause after each {@code thinkBlocks} I/Os
   * @param thinkSpinNs the part of the pause spent computing
   * @param thinkBlocks I/Os between pauses
   */
  public record Pace(
      List<Long> bytesPerSecond,
      List<Long> iosPerSecond,
      boolean poisson,
      long thinkNs,
      long thinkSpinNs,
      int thinkBlocks) {

    /** Nanoseconds from one I/O of the direction to the next; 0: no limit. */
    public double gapNs(Direction direction, int blockBytes) {
      double byRate = gap(bytesPerSecond.get(direction.index()), blockBytes);
      double byIops = gap(iosPerSecond.get(direction.index()), 1);
      return Math.max(byRate, byIops);
    }

    private static double gap(long perSecond, int units) {
      return perSecond == 0 ? 0 : units * 1e9 / perSecond;
    }
  }

  /**
   * How long.
   *
   * @param runtimeNs most time after the ramp; 0: no limit
   * @param timeBased whether to start again until the time is over
   * @param rampNs time before measuring
   * @param startDelayNs wait before the start
   * @param loops passes
   * @param numberIos most I/Os; 0: no limit
   */
  public record Timing(
      long runtimeNs,
      boolean timeBased,
      long rampNs,
      long startDelayNs,
      int loops,
      long numberIos) {}

  /** The distribution of random offsets. */
  public enum Distribution {
    /** All equally likely. */
    UNIFORM,
    /** Zipf with a parameter theta. */
    ZIPF,
    /** Pareto with a parameter h. */
    PARETO
  }

  /**
   * Where randomness comes from.
   *
   * @param seed of this thread
   * @param map whether each block comes once per pass
   * @param distribution of offsets
   * @param parameter theta or h
   */
  public record Random(long seed, boolean map, Distribution distribution, double parameter) {}

  /**
   * What is written and how it is checked.
   *
   * @param zeros whether buffers are zero
   * @param refill whether each write gets new content
   * @param verify whether blocks carry a header with a checksum, which reads check
   * @param readBack whether to read back what was written at the end
   * @param fatal whether to stop at the first wrong block
   */
  public record Content(
      boolean zeros, boolean refill, boolean verify, boolean readBack, boolean fatal) {}

  /**
   * What is measured.
   *
   * @param timed whether each I/O is timed; if not, there are no latencies and no rate samples
   * @param percentiles to report, ascending
   * @param slat whether submission latency gets percentiles
   * @param clat whether completion latency gets percentiles
   * @param lat whether total latency gets percentiles
   * @param bwSampleNs time per bandwidth sample
   * @param iopsSampleNs time per IOPS sample
   * @param bwLog file name prefix, or null
   * @param latLog file name prefix, or null
   * @param iopsLog file name prefix, or null
   * @param logAverageNs time per log entry; 0: one entry per I/O
   */
  public record Reporting(
      boolean timed,
      List<Double> percentiles,
      boolean slat,
      boolean clat,
      boolean lat,
      long bwSampleNs,
      long iopsSampleNs,
      @Nullable String bwLog,
      @Nullable String latLog,
      @Nullable String iopsLog,
      long logAverageNs) {}
}
