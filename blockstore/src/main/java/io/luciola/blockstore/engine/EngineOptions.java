package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.space.DiscardOptions;
import io.luciola.blockstore.engine.space.SpaceThresholds;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How an engine runs; nothing of this is stored.
 *
 * @param roleName the engine's name in threads, logs and metrics
 * @param maxReads most reads in flight; BACK_PRESSURE beyond
 * @param maxPrepares most prepares in flight; BACK_PRESSURE beyond
 * @param maxPending most pending versions, up to 65536; BACK_PRESSURE beyond
 * @param maxSyncs most syncs in flight; BACK_PRESSURE beyond
 * @param journaledLimitBytes an overwrite up to this size travels inside the journal; a larger one
 *     goes to a fresh extent; a multiple of 4 KiB up to 64 KiB
 * @param writeBackBytes most memory for small overwrites that are durable in the journal and not
 *     yet at their places; 0: half of the journal, at most 256 MiB
 * @param checksumMemoryBytes most memory for block checksums (4 bytes per 4 KiB of content); when
 *     they do not all fit, their pages are read when they are needed
 * @param maxDirtyPages most metadata pages (4 KiB) that may change before updates wait for a
 *     checkpoint; one begins at half of that
 * @param spaceThresholds when the device counts as short of space
 * @param discards how the device is told of freed space, or null: not at all
 * @param scrubBytesPerSecond how fast everything on the device is read and verified in the
 *     background when nothing else uses it; an eighth of that otherwise; 0: not at all
 * @param commitIntervalNs how long a commit's record waits for a group write to ride with
 * @param nanoTime the monotonic clock
 */
public record EngineOptions(
    String roleName,
    int maxReads,
    int maxPrepares,
    int maxPending,
    int maxSyncs,
    int journaledLimitBytes,
    long writeBackBytes,
    long checksumMemoryBytes,
    int maxDirtyPages,
    SpaceThresholds spaceThresholds,
    @Nullable DiscardOptions discards,
    long scrubBytesPerSecond,
    long commitIntervalNs,
    LongSupplier nanoTime) {

  /** Largest allowed {@link #journaledLimitBytes()}. */
  public static final int MAX_JOURNALED_LIMIT_BYTES = 64 << 10;

  private static final int DEFAULT_MAX_DIRTY_PAGES = 32768;

  /** 32 MiB. */
  public static final long DEFAULT_SCRUB_BYTES_PER_SECOND = 32 << 20;

  private static final long DEFAULT_MAX_WRITE_BACK_BYTES = 256 << 20;

  /** Checks the ranges. */
  public EngineOptions {
    if (maxReads < 1
        || maxPrepares < 1
        || maxPending < 1
        || maxSyncs < 1
        || maxDirtyPages < 64
        || writeBackBytes < 0
        || scrubBytesPerSecond < 0
        || commitIntervalNs < 0) {
      throw new IllegalArgumentException("Engine limits must be positive");
    }
    if (maxPending > DeviceLayout.MAX_PENDING) {
      throw new IllegalArgumentException(
          "maxPending must be at most " + DeviceLayout.MAX_PENDING + ", is " + maxPending);
    }
    if (journaledLimitBytes < 0
        || journaledLimitBytes > MAX_JOURNALED_LIMIT_BYTES
        || journaledLimitBytes % ChunkEngine.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "journaledLimitBytes must be a multiple of 4096 up to 65536, is " + journaledLimitBytes);
    }
  }

  /** Defaults, on the JVM's monotonic clock. */
  public static EngineOptions defaults(String roleName) {
    return new EngineOptions(
        roleName,
        256,
        128,
        8192,
        64,
        MAX_JOURNALED_LIMIT_BYTES,
        0,
        1L << 30,
        DEFAULT_MAX_DIRTY_PAGES,
        SpaceThresholds.defaults(),
        null,
        DEFAULT_SCRUB_BYTES_PER_SECOND,
        2_000_000L,
        System::nanoTime);
  }

  /** Blocks that {@link #writeBackBytes()} mean on a device. */
  int writeBackBlocks(DeviceLayout layout) {
    long bytes = writeBackBytes;
    if (bytes == 0) {
      bytes = Math.min(layout.journalBytes() / 2, DEFAULT_MAX_WRITE_BACK_BYTES);
    }
    return (int) Math.min(bytes / ChunkEngine.BLOCK_BYTES, 1 << 30);
  }

  /** The same with another clock. */
  public EngineOptions withNanoTime(LongSupplier clock) {
    Draft draft = new Draft(this);
    draft.nanoTime = clock;
    return draft.finished();
  }

  /** The same with other bounds on operations in flight. */
  public EngineOptions withLimits(int reads, int prepares, int pending) {
    Draft draft = new Draft(this);
    draft.maxReads = reads;
    draft.maxPrepares = prepares;
    draft.maxPending = pending;
    return draft.finished();
  }

  /** The same with another bound between journaled and copied overwrites. */
  public EngineOptions withJournaledLimitBytes(int bytes) {
    Draft draft = new Draft(this);
    draft.journaledLimitBytes = bytes;
    return draft.finished();
  }

  /** The same with other bounds on memory. */
  public EngineOptions withMemory(long writeBack, long checksums, int dirtyPages) {
    Draft draft = new Draft(this);
    draft.writeBackBytes = writeBack;
    draft.checksumMemoryBytes = checksums;
    draft.maxDirtyPages = dirtyPages;
    return draft.finished();
  }

  /** The same with other rules for space. */
  public EngineOptions withSpace(SpaceThresholds thresholds, @Nullable DiscardOptions discarding) {
    Draft draft = new Draft(this);
    draft.spaceThresholds = thresholds;
    draft.discards = discarding;
    return draft.finished();
  }

  /** The same with another rate of scrubbing. */
  public EngineOptions withScrubBytesPerSecond(long bytesPerSecond) {
    Draft draft = new Draft(this);
    draft.scrubBytesPerSecond = bytesPerSecond;
    return draft.finished();
  }

  /** Options while some of them change. */
  private static final class Draft {
    private String roleName;
    private int maxReads;
    private int maxPrepares;
    private int maxPending;
    private int maxSyncs;
    private int journaledLimitBytes;
    private long writeBackBytes;
    private long checksumMemoryBytes;
    private int maxDirtyPages;
    private SpaceThresholds spaceThresholds;
    private @Nullable DiscardOptions discards;
    private long scrubBytesPerSecond;
    private long commitIntervalNs;
    private LongSupplier nanoTime;

    Draft(EngineOptions from) {
      roleName = from.roleName;
      maxReads = from.maxReads;
      maxPrepares = from.maxPrepares;
      maxPending = from.maxPending;
      maxSyncs = from.maxSyncs;
      journaledLimitBytes = from.journaledLimitBytes;
      writeBackBytes = from.writeBackBytes;
      checksumMemoryBytes = from.checksumMemoryBytes;
      maxDirtyPages = from.maxDirtyPages;
      spaceThresholds = from.spaceThresholds;
      discards = from.discards;
      scrubBytesPerSecond = from.scrubBytesPerSecond;
      commitIntervalNs = from.commitIntervalNs;
      nanoTime = from.nanoTime;
    }

    EngineOptions finished() {
      return new EngineOptions(
          roleName,
          maxReads,
          maxPrepares,
          maxPending,
          maxSyncs,
          journaledLimitBytes,
          writeBackBytes,
          checksumMemoryBytes,
          maxDirtyPages,
          spaceThresholds,
          discards,
          scrubBytesPerSecond,
          commitIntervalNs,
          nanoTime);
    }
  }
}
