package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.space.DiscardOptions;
import io.luciola.blockstore.engine.space.Discarder;
import io.luciola.blockstore.engine.space.SpaceGauge;
import io.luciola.blockstore.engine.space.SpaceLevel;
import io.luciola.blockstore.engine.space.SpaceLevelLog;
import io.luciola.blockstore.engine.space.SpaceNeed;
import io.luciola.blockstore.linux.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How short the device is of space, what may still take some, and discarding what was freed. */
final class DeviceSpace implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BlockEngine.class);

  private final ChunkStates states;
  private final SpaceGauge gauge;
  private final @Nullable Discarder discarder;
  private long gaugedFreeBlocks;

  DeviceSpace(ChunkStates states, IoQueue ioQueue, String deviceName, EngineOptions options) {
    this.states = states;
    gauge =
        new SpaceGauge(
            states.allocator,
            options.spaceThresholds(),
            new SpaceLevelLog(deviceName, ChunkEngine.BLOCK_BYTES));
    DiscardOptions discards = options.discards();
    if (discards == null) {
      discarder = null;
    } else {
      DiscardRequests requests =
          new DiscardRequests(deviceName, ioQueue, states, discards.maxInFlight());
      discarder =
          new Discarder(
              states.allocator, discards, ChunkEngine.BLOCK_BYTES, requests, options.nanoTime());
      requests.reportTo(discarder);
      states.setFreed(discarder);
    }
    gauge.update(returningBlocks());
  }

  SpaceLevel level() {
    return gauge.level();
  }

  /** How many blocks chunks can grow to. */
  long growableBlocks() {
    return gauge.growableBlocks();
  }

  /** Blocks that will be free without anybody's doing. */
  long returningBlocks() {
    return states.quarantine.blocks() + (discarder == null ? 0 : discarder.blocksOut());
  }

  /**
   * Takes an extent for an update.
   *
   * @param grows it creates the chunk or enlarges its space
   * @return the extent, or a negative {@link EngineStatus}
   */
  long take(ChunkUpdate update, int order, boolean grows) {
    if (!gauge.admits(need(update, grows), order, returningBlocks())) {
      return EngineStatus.NO_SPACE;
    }
    long extent = states.allocator.allocate(order);
    if (extent >= 0) {
      gauge.update(returningBlocks());
      return extent;
    }
    return returningBlocks() > 0 ? EngineStatus.BACK_PRESSURE : EngineStatus.NO_SPACE;
  }

  /** Lets go of freed extents that nothing holds any longer, and has some discarded. */
  int doWork(long durableSequence) {
    int work = states.releaseExtents(durableSequence);
    if (discarder != null) {
      work += discarder.doWork(gauge.level());
    }
    long free = states.allocator.freeBlocks();
    if (free != gaugedFreeBlocks) {
      gaugedFreeBlocks = free;
      gauge.update(returningBlocks());
    }
    return work;
  }

  @Override
  public void close() {
    if (discarder != null) {
      discarder.close();
    }
  }

  private static SpaceNeed need(ChunkUpdate update, boolean grows) {
    if (grows) {
      return SpaceNeed.GROW;
    }
    boolean shrinks = update.kind == ChunkUpdate.TRUNCATE || update.kind == ChunkUpdate.PUNCH;
    return shrinks ? SpaceNeed.SHRINK : SpaceNeed.REWRITE;
  }

  private static final class DiscardRequests implements Discarder.Submitter {

    private final String deviceName;
    private final IoQueue ioQueue;
    private final ChunkStates states;
    private final Request[] requests;
    private @Nullable Discarder receiver;

    DiscardRequests(String deviceName, IoQueue ioQueue, ChunkStates states, int maxInFlight) {
      this.deviceName = deviceName;
      this.ioQueue = ioQueue;
      this.states = states;
      requests = new Request[maxInFlight];
      for (int slot = 0; slot < maxInFlight; slot++) {
        requests[slot] = new Request(slot);
      }
    }

    void reportTo(Discarder discarder) {
      receiver = discarder;
    }

    @Override
    public boolean discard(long startBlock, int blocks, int slot) {
      long offset = states.layout.blockOffset(startBlock);
      ioQueue.discard(requests[slot].io, offset, blocks * ChunkEngine.BLOCK_BYTES);
      return true;
    }

    private final class Request implements IoOwner {
      private final Io io = ioQueue.register(this);
      private final int slot;

      Request(int slot) {
        this.slot = slot;
      }

      @Override
      public void onIo(Io request, int error) {
        if (error != 0) {
          LOG.warn(
              "{}: discarding freed space at device offset {} failed: {}",
              deviceName,
              request.offsetBytes,
              Errno.describe(-error));
        }
        if (receiver != null) {
          receiver.onDiscarded(slot, error != -Errno.EOPNOTSUPP);
        }
      }
    }
  }
}
