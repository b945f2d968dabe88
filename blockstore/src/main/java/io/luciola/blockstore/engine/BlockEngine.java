package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.engine.space.SpaceLevel;
import io.luciola.blockstore.linux.Crc32c;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The chunk engine on a block device: see {@code docs/engine.md} for how it works and {@code
 * docs/on-disk-format.md} for what it writes.
 *
 * <p>Checkpoints are written while updates go on; for the moment in which one begins, commits are
 * refused with BACK_PRESSURE and prepares wait.
 */
public final class BlockEngine implements ChunkEngine {

  private static final int APPLIES_IN_FLIGHT = 32;

  private final BlockDevice device;
  private final EngineOptions options;
  private final Listener listener;
  private final UUID diskUuid;

  /** Slots of the chunk table that are looked at in one go. */
  private static final int SLOTS_PER_VISIT = 4096;

  private final ChunkStates states;
  private final EngineHealth health;
  private final Completions completions = new Completions();
  private final Damages damages;
  private final IoQueue ioQueue;
  private final DeviceSpace space;
  private final Journal journal;
  private final PreparePath preparePath;
  private final CommitPath commitPath;
  private final ReadPath readPath;
  private final Applier applier;
  private final Checkpointer checkpointer;
  private final TargetRemoval targetRemoval;
  private final Syncs syncs;
  private final Scrubber scrubber;
  private final DeviceProbe probe;
  private final ChunkStat visited = new ChunkStat();
  private boolean released;

  private BlockEngine(
      BlockDevice device,
      EngineOptions options,
      Listener listener,
      Superblock superblock,
      ChunkStates states,
      Damages damages,
      Crc32c crc) {
    this.damages = damages;
    this.device = device;
    this.options = options;
    this.listener = listener;
    this.states = states;
    diskUuid = superblock.diskUuid();
    boolean flushes = device.geometry().volatileCache();
    health = new EngineHealth(device.geometry().name(), completions);
    ioQueue = new IoQueue(device);
    states.checksumCache.loadThrough(ioQueue);
    space = new DeviceSpace(states, ioQueue, device.geometry().name(), options);
    journal =
        new Journal(
            states, ioQueue, health, crc, flushes, superblock.owner(), options.commitIntervalNs());
    checkpointer =
        new Checkpointer(
            states, journal, ioQueue, health, crc, flushes, superblock, options.maxDirtyPages());
    targetRemoval =
        new TargetRemoval(states, journal, checkpointer, health, device.geometry().name());
    preparePath =
        new PreparePath(
            states,
            journal,
            ioQueue,
            health,
            completions,
            crc,
            device.geometry().memoryAlignmentBytes(),
            checkpointer,
            space,
            options);
    journal.setListener(preparePath);
    commitPath = new CommitPath(states, journal, health);
    readPath = new ReadPath(states, ioQueue, health, completions, crc, options.maxReads());
    applier = new Applier(states, ioQueue, health, APPLIES_IN_FLIGHT);
    syncs = new Syncs(journal, health, completions, options.maxSyncs());
    scrubber =
        new Scrubber(states, checkpointer, ioQueue, health, crc, options.scrubBytesPerSecond());
    probe = new DeviceProbe(ioQueue, health, options.nanoTime().getAsLong());
  }

  /**
   * Formats a device: everything on it is lost. Blocks; the device stays open.
   *
   * @throws UnusableDeviceException when the device is too small or fails
   */
  public static void format(BlockDevice device, FormatOptions options) {
    try (Superblocks superblocks = new Superblocks(device)) {
      superblocks.format(options);
    }
  }

  /** Whether the device carries an engine, be it damaged or of another version. Blocks. */
  public static boolean isFormatted(BlockDevice device) {
    try (Superblocks superblocks = new Superblocks(device)) {
      return superblocks.exist();
    }
  }

  /**
   * Opens a formatted device and recovers what was acknowledged; the engine then owns the device.
   * Blocks; completions of later calls go to the listener.
   *
   * @throws UnusableDeviceException when the device is not formatted, of another format version,
   *     damaged, or fails; the device stays open and the caller's
   */
  public static BlockEngine open(BlockDevice device, EngineOptions options, Listener listener) {
    try (Superblocks superblocks = new Superblocks(device)) {
      Superblock superblock = superblocks.load();
      Crc32c crc = new Crc32c();
      Damages damages = new Damages(device.geometry().name());
      ChunkStates states = new ChunkStates(superblock, options, crc, damages);
      BlockEngine engine = null;
      try {
        Recovery recovery = new Recovery(device, superblock, states, crc, damages);
        recovery.run();
        long epoch = superblock.epoch() + 1;
        boolean needsCheckpoint = !recovery.journalWasEmpty() || !damages.isEmpty();
        if (!needsCheckpoint) {
          superblock = superblock.withNextEpoch();
          superblocks.write(superblock);
        }
        engine = new BlockEngine(device, options, listener, superblock, states, damages, crc);
        engine.journal.start(epoch, recovery.position(), recovery.sequence());
        if (needsCheckpoint) {
          engine.checkpoint(epoch);
        }
        if (engine.health.isFailed()) {
          throw new UnusableDeviceException(
              UnusableDeviceException.Reason.DEVICE_ERROR,
              device.geometry().name() + " failed while its journal was brought home; see the log");
        }
        return engine;
      } catch (Throwable e) {
        if (engine == null) {
          states.close();
        } else {
          engine.release();
        }
        throw e;
      }
    }
  }

  /** The identity that the device got when it was formatted. */
  public UUID diskUuid() {
    return diskUuid;
  }

  /** What the engine knows. */
  ChunkStates states() {
    return states;
  }

  /**
   * What metadata was found damaged, in words; empty when nothing was. After damage that may have
   * lost chunks every target is lossy: chunks that are not found are reported as CHUNK_CORRUPT, and
   * only REPLACE and INSTALL create them, until {@link #setLossy} says that the target was
   * resynchronised.
   */
  public List<String> damages() {
    return damages.all();
  }

  /** Whether chunks of a target may have been lost; see {@link #damages}. */
  public boolean isLossy(long targetId) {
    int target = states.targets.numberOf(targetId);
    return target != Targets.NONE && states.targets.isLossy(target);
  }

  /**
   * Says whether chunks of a target may be missing; durable when this returns.
   *
   * @return {@link EngineStatus#OK} or why not
   */
  public int setLossy(long targetId, boolean lossy) {
    int target = states.targets.numberOf(targetId);
    return target == Targets.NONE
        ? EngineStatus.NO_SUCH_TARGET
        : putTarget(targetId, states.targets.budgetBytes(target), lossy);
  }

  /** Whether a fault of the device has ended updates for good; reads go on. */
  public boolean isFailed() {
    return health.isFailed();
  }

  @Override
  public @Nullable String failure() {
    return health.failure();
  }

  @Override
  public boolean registerMemory(long address, long lengthBytes) {
    return device.registerMemory(address, lengthBytes);
  }

  /** How far scrubbing has come, and what it found. Allocates; not for the data path. */
  public ScrubStatus scrubStatus() {
    return scrubber.status();
  }

  @Override
  public int createTarget(long targetId, long budgetBytes) {
    if (targetId < 0 || budgetBytes < 0) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (states.targets.numberOfRemoved(targetId) != Targets.NONE) {
      return health.takesUpdates() ? EngineStatus.TARGET_BEING_REMOVED : EngineStatus.ENGINE_CLOSED;
    }
    if (!states.targets.hasRoomFor(targetId)) {
      return EngineStatus.NO_SPACE;
    }
    return putTarget(targetId, budgetBytes, isLossy(targetId));
  }

  @Override
  public int removeTarget(long targetId) {
    int target = states.targets.numberOf(targetId);
    if (target == Targets.NONE) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    if (!awaitRoomForOne()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    targetRemoval.begin(target);
    return awaitDurable();
  }

  /** Ids of the targets that are being removed. */
  public long[] removedTargetIds() {
    return states.targets.removedIds();
  }

  @Override
  public void setScrubRate(long bytesPerSecond) {
    scrubber.setRate(bytesPerSecond);
  }

  @Override
  public long[] targetIds() {
    return states.targets.ids();
  }

  @Override
  public long usedBytes(long targetId) {
    int target = states.targets.numberOf(targetId);
    return target == Targets.NONE ? -1 : states.targets.usedBytes(target);
  }

  /** Bytes of memory that find and describe the chunks there are, their content's checksums not. */
  public long indexBytes() {
    return states.index.memoryBytes();
  }

  /** How short the device is of space, and so what is refused. */
  public SpaceLevel spaceLevel() {
    return space.level();
  }

  /**
   * Bytes of chunk capacity up to which the device takes new chunks; a property of its format and
   * of the space thresholds. Targets whose budgets add up to it can be filled to the end.
   */
  public long usableBytes() {
    return space.growableBlocks() * BLOCK_BYTES;
  }

  /** Bytes of chunk capacity which the device has, used or not. */
  public long capacityBytes() {
    return states.layout.dataBlocks() * BLOCK_BYTES;
  }

  @Override
  public long freeBytes() {
    return (states.allocator.freeBlocks() + space.returningBlocks()) * BLOCK_BYTES;
  }

  @Override
  public @Nullable EngineUsage usage() {
    return released
        ? null
        : new EngineUsage(capacityBytes(), freeBytes(), spaceLevel(), states.targets.usage());
  }

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    if (released) {
      return EngineStatus.ENGINE_CLOSED;
    }
    int slot = states.find(targetId, chunkHi, chunkLo);
    if (!states.isVisible(slot)) {
      return states.absent(targetId);
    }
    fill(slot, stat);
    return EngineStatus.OK;
  }

  @Override
  public int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long version,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    return readPath.read(
        targetId, chunkHi, chunkLo, version, offsetBytes, lengthBytes, address, tag);
  }

  @Override
  public int prepare(ChunkUpdate update, long tag) {
    return preparePath.prepare(update, tag);
  }

  @Override
  public int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    return preparePath.prepareAll(updates, count, tag);
  }

  @Override
  public int commitAll(ChunkUpdate[] updates, int count) {
    return commitPath.commitAll(updates, count);
  }

  @Override
  public int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    return commitPath.commit(targetId, chunkHi, chunkLo, version, chainVersion);
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    return commitPath.discard(targetId, chunkHi, chunkLo, version);
  }

  @Override
  public int sync(long tag) {
    return syncs.sync(tag);
  }

  @Override
  public long visitChunks(long targetId, long cursor, int limit, ChunkVisitor visitor) {
    if (released) {
      return NO_MORE_CHUNKS;
    }
    ChunkIndex index = states.index;
    int target = states.targets.numberOf(targetId);
    int slot = (int) cursor;
    int end = (int) Math.min(index.highWater(), cursor + SLOTS_PER_VISIT);
    int left = limit;
    for (; slot < end && left > 0; slot++) {
      if (index.isUsed(slot) && index.targetNumber(slot) == target && states.isVisible(slot)) {
        fill(slot, visited);
        visitor.onChunk(visited);
        left--;
      }
    }
    return slot < index.highWater() ? slot : NO_MORE_CHUNKS;
  }

  @Override
  public void forEachChunk(long targetId, ChunkVisitor visitor) {
    if (released) {
      return;
    }
    ChunkIndex index = states.index;
    int target = states.targets.numberOf(targetId);
    int[] slots =
        IntStream.range(0, index.highWater())
            .filter(
                slot ->
                    index.isUsed(slot)
                        && index.targetNumber(slot) == target
                        && states.isVisible(slot))
            .boxed()
            .sorted(
                (one, other) -> {
                  int upper = Long.compareUnsigned(index.chunkHi(one), index.chunkHi(other));
                  return upper != 0
                      ? upper
                      : Long.compareUnsigned(index.chunkLo(one), index.chunkLo(other));
                })
            .mapToInt(Integer::intValue)
            .toArray();
    ChunkStat stat = new ChunkStat();
    Arrays.stream(slots)
        .forEach(
            slot -> {
              fill(slot, stat);
              visitor.onChunk(stat);
            });
  }

  @Override
  public int completionFd() {
    return device.completionFd();
  }

  @Override
  public int doWork() {
    if (released) {
      return 0;
    }
    int work = progress();
    work += scrubber.doWork(journal.nowNs());
    work += completions.deliver(listener);
    // What the listener submitted need not wait for the next round.
    work += preparePath.doWork();
    work += journal.write();
    return work;
  }

  @Override
  public long sleepLimitNs() {
    return released ? Long.MAX_VALUE : journal.sleepLimitNs();
  }

  @Override
  public void onClose() {
    close();
  }

  @Override
  public String roleName() {
    return options.roleName();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Completions of what was in flight still come, out of this call.
   */
  @Override
  public void close() {
    if (released) {
      return;
    }
    health.close();
    while (preparePath.active() > 0
        || readPath.active() > 0
        || !syncs.isEmpty()
        || !(journal.isIdle() || health.isFailed())
        || !(checkpointer.isIdle() || health.isFailed())) {
      journal.hurry();
      progressOrYield();
    }
    if (journal.usedBytes() > 0 && !health.isFailed()) {
      checkpointNow();
    }
    while (ioQueue.inFlight() > 0) {
      progressOrYield();
    }
    completions.deliver(listener);
    release();
    device.close();
  }

  private int putTarget(long targetId, long budgetBytes, boolean lossy) {
    if (!awaitRoomForOne()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    journal.addTarget(targetId, budgetBytes, lossy);
    states.targets.put(targetId, budgetBytes, lossy);
    return awaitDurable();
  }

  /** Waits until a short entry fits into the journal; false when the engine takes none. */
  private boolean awaitRoomForOne() {
    while (health.takesUpdates() && !journal.fitsShort(1)) {
      journal.hurry();
      progressOrYield();
    }
    return health.takesUpdates();
  }

  /** Waits until what the journal has is durable. */
  private int awaitDurable() {
    long sequence = journal.lastSequence();
    while (journal.durableSequence() < sequence && !health.isFailed()) {
      journal.hurry();
      progressOrYield();
    }
    return health.isFailed() ? EngineStatus.DEVICE_ERROR : EngineStatus.OK;
  }

  private int progress() {
    int work = ioQueue.poll();
    work += preparePath.doWork();
    work += journal.doWork(options.nanoTime().getAsLong());
    work += applier.doWork();
    work += space.doWork(journal.durableSequence());
    work += states.checksumCache.doWork();
    work += targetRemoval.doWork();
    work += checkpointer.doWork();
    work += syncs.doWork();
    work += probe.doWork(journal.nowNs());
    return work;
  }

  private void progressOrYield() {
    if (progress() == 0) {
      device.await(Math.min(journal.sleepLimitNs(), BlockingDevice.MOST_SLEEP_NS));
      if (progress() == 0) {
        BlockingDevice.pause();
      }
    }
  }

  /** Writes a checkpoint and waits for it. */
  void checkpointNow() {
    checkpoint(checkpointer.superblock().epoch());
  }

  private void checkpoint(long epoch) {
    checkpointer.begin(epoch);
    while (!checkpointer.isIdle() && !health.isFailed()) {
      progressOrYield();
    }
  }

  private void release() {
    released = true;
    health.close();
    while (ioQueue.inFlight() > 0) {
      ioQueue.poll();
    }
    journal.close();
    preparePath.close();
    applier.close();
    checkpointer.close();
    space.close();
    scrubber.close();
    probe.close();
    states.close();
  }

  private void fill(int slot, ChunkStat stat) {
    ChunkIndex index = states.index;
    PendingUpdate pending = states.pending(slot);
    stat.chunkHi = index.chunkHi(slot);
    stat.chunkLo = index.chunkLo(slot);
    stat.committedVersion = index.version(slot);
    stat.committedLengthBytes = index.lengthBytes(slot);
    stat.committedDigest = index.digest(slot);
    stat.committedChainVersion = index.chainVersion(slot);
    int writer = index.writer(slot);
    stat.committedClientId = states.writers.clientId(writer);
    stat.committedChannel = states.writers.channel(writer);
    stat.committedSequence = index.sequence(slot);
    stat.capacityBytes =
        ChunkStates.capacityBytes(pending == null ? index.order(slot) : pending.order);
    boolean has = pending != null;
    stat.pendingVersion = has ? pending.version : 0;
    stat.pendingKind = has ? pending.kind : 0;
    stat.pendingLengthBytes = has ? pending.lengthBytes : 0;
    stat.pendingDigest = has ? pending.digest : 0;
    stat.pendingChainVersion = has ? pending.chainVersion : 0;
    stat.pendingClientId = has ? pending.clientId : 0;
    stat.pendingChannel = has ? pending.channel : 0;
    stat.pendingSequence = has ? pending.clientSequence : 0;
  }
}
