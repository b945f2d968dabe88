package io.luciola.blockstore.engine.space;

import java.util.function.LongSupplier;

/**
 * Tells the device in the background which space is no longer needed. Owned by the allocator's
 * thread; allocates nothing after construction.
 *
 * <p>Freed extents go back to the allocator at once. A bit remembers each aligned unit that became
 * wholly free by it. {@link #doWork} takes runs of such units out of the allocator, has them
 * discarded, and gives them back when the device is done, so that nothing is ever discarded that
 * could be in use. At most a sixteenth of the free space is out at a time. A crash forgets what was
 * not discarded yet: it is discarded after the next time it is freed.
 *
 * <p>Waiting for the rate is no reason to keep the thread awake: {@link #doWork} counts only
 * discards that it began.
 */
public final class Discarder implements ExtentSink, AutoCloseable {

  private static final int REGION_BLOCKS = 1 << ExtentAllocator.MAX_ORDER;
  private static final int FREE_PART = 16;
  private static final int UNITS_LOOKED_AT = 64;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ExtentAllocator allocator;
  private final Submitter submitter;
  private final LongSupplier nanoTime;
  private final HierarchicalBitmap freedUnits;
  private final int unitOrder;
  private final int unitBlocks;
  private final double blocksPerNs;
  private final long[] starts;
  private final int[] lengths;
  private int inFlight;
  private long blocksOut;
  private double allowedBlocks;
  private long allowedAtNs;
  private long cursor;
  private boolean stopped;

  /** Begins a discard. */
  @FunctionalInterface
  public interface Submitter {
    /**
     * Has blocks of the data area discarded; the end is told to {@link Discarder#onDiscarded} with
     * the same slot, not from within this call.
     *
     * @param slot from 0 to less than {@link DiscardOptions#maxInFlight()}
     * @return whether the device took the request; if not, it is tried again later
     */
    boolean discard(long startBlock, int blocks, int slot);
  }

  /**
   * A discarder with nothing to do.
   *
   * @param blockBytes size of a block
   * @param nanoTime the monotonic clock
   */
  public Discarder(
      ExtentAllocator allocator,
      DiscardOptions options,
      int blockBytes,
      Submitter submitter,
      LongSupplier nanoTime) {
    this.allocator = allocator;
    this.submitter = submitter;
    this.nanoTime = nanoTime;
    unitOrder = options.unitOrder();
    unitBlocks = 1 << unitOrder;
    freedUnits = new HierarchicalBitmap(allocator.blocks() >>> unitOrder);
    blocksPerNs = options.bytesPerSecond() / NANOS_PER_SECOND / blockBytes;
    starts = new long[options.maxInFlight()];
    lengths = new int[options.maxInFlight()];
    allowedAtNs = nanoTime.getAsLong();
  }

  /** Blocks being discarded: neither free nor in an extent, but free again soon. */
  public long blocksOut() {
    return blocksOut;
  }

  /** Units that wait to be discarded, unless they are in use again. */
  public long waitingUnits() {
    return freedUnits.count();
  }

  /** Whether the device said that it can not discard, which ends all discarding. */
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public void free(long start, int order) {
    allocator.free(start, order);
    if (stopped) {
      return;
    }
    if (order >= unitOrder) {
      addUnits(start, 1 << order);
    } else if (allocator.isFree(start >>> unitOrder << unitOrder, unitOrder)) {
      freedUnits.add(start >>> unitOrder);
    }
  }

  /**
   * Begins a discard if there is something to discard, the rate allows it and space is not short.
   *
   * @return how many discards began
   */
  public int doWork(SpaceLevel level) {
    if (stopped
        || inFlight == lengths.length
        || freedUnits.count() == 0
        || level != SpaceLevel.OK
        || !isAllowed()) {
      return 0;
    }
    for (int looked = 0; looked < UNITS_LOOKED_AT; looked++) {
      long unit = freedUnits.next(cursor);
      if (unit < 0) {
        cursor = 0;
        return 0;
      }
      cursor = unit + 1;
      int blocks = takeRun(unit);
      if (blocks > 0) {
        return submit(unit << unitOrder, blocks) ? 1 : 0;
      }
    }
    return 0;
  }

  /**
   * A discard ended.
   *
   * @param supported false when the device can not discard at all: nothing more is asked of it
   */
  public void onDiscarded(int slot, boolean supported) {
    if (lengths[slot] == 0) {
      throw new IllegalStateException("No discard is in flight in slot " + slot);
    }
    giveBack(starts[slot], lengths[slot]);
    lengths[slot] = 0;
    inFlight--;
    if (!supported) {
      stopped = true;
    }
  }

  @Override
  public void close() {
    freedUnits.close();
  }

  /** Takes a run of freed units in one region out of the allocator; 0 when the first is in use. */
  private int takeRun(long firstUnit) {
    long start = firstUnit << unitOrder;
    long most = Math.min(allocator.freeBlocks() / FREE_PART - blocksOut, (long) allowedBlocks);
    long regionEnd = (start | (REGION_BLOCKS - 1)) + 1;
    long last = Math.min(regionEnd, allocator.blocks());
    long end = Math.min(last, start + Math.max(most, unitBlocks));
    long at = start;
    while (at + unitBlocks <= end && freedUnits.contains(at >>> unitOrder)) {
      freedUnits.remove(at >>> unitOrder);
      if (!allocator.reserve(at, unitOrder)) {
        break;
      }
      at += unitBlocks;
    }
    blocksOut += at - start;
    return (int) (at - start);
  }

  private boolean submit(long start, int blocks) {
    int slot = 0;
    while (lengths[slot] != 0) {
      slot++;
    }
    if (!submitter.discard(start, blocks, slot)) {
      giveBack(start, blocks);
      addUnits(start, blocks);
      cursor = start >>> unitOrder;
      return false;
    }
    starts[slot] = start;
    lengths[slot] = blocks;
    inFlight++;
    allowedBlocks -= blocks;
    return true;
  }

  private void giveBack(long start, int blocks) {
    for (long at = start; at < start + blocks; at += unitBlocks) {
      allocator.free(at, unitOrder);
    }
    blocksOut -= blocks;
  }

  private void addUnits(long start, int blocks) {
    for (long at = start; at < start + blocks; at += unitBlocks) {
      freedUnits.add(at >>> unitOrder);
    }
  }

  /** Whether the rate allows a region, or what is allowed at most, to be discarded now. */
  private boolean isAllowed() {
    long now = nanoTime.getAsLong();
    allowedBlocks = Math.min(REGION_BLOCKS, allowedBlocks + (now - allowedAtNs) * blocksPerNs);
    allowedAtNs = now;
    if (allowedBlocks < unitBlocks) {
      return false;
    }
    return allocator.freeBlocks() / FREE_PART >= blocksOut + unitBlocks;
  }
}
