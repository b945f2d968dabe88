package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.device.RequestRules;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.spdk.NvmeNamespace;
import io.luciola.spdk.NvmeQueuePair;
import io.luciola.spdk.QueuePairOptions;
import io.luciola.spdk.SpdkException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A namespace of an NVMe drive that SPDK drives: local (PCIe) or remote (TCP). One queue pair,
 * which only the owner touches; other devices may share the drive's controller.
 *
 * <p><b>What costs a copy.</b> A remote drive takes any memory. A local one reaches only memory
 * that was made for it: transfers inside what {@link #registerMemory} took go without a copy, all
 * others through buffers of the device, one copy each way. Registration takes whole, aligned units
 * of 2 MiB and a drive behind an IOMMU (driver vfio-pci), since only then the kernel pins the
 * memory. The buffers are allocated with the device, 64 KiB per request of the queue and four of
 * the largest transfers at least; while they are in use, requests that need one are refused with
 * QUEUE_FULL.
 *
 * <p><b>Failures.</b> When the controller fails, or completes nothing for half a minute, what is in
 * flight ends with EIO and the controller is reset; meanwhile requests are refused with QUEUE_FULL,
 * for half a minute at most. When that helps, requests work again, but for one: if the drive has a
 * volatile cache and writes were not flushed, the next flush fails with EIO, because they may be
 * lost. When it does not help, and when the drive was removed, in which case what is in flight ends
 * with ENODEV, requests are refused with CLOSED.
 *
 * <p>Ownership may move to another thread between two calls, also while requests are in flight. The
 * owner must poll at least every few seconds, requests or not: that keeps the connection alive.
 * There is no descriptor to sleep on.
 */
public final class SpdkNvmeDevice implements BlockDevice {

  /** Most requests in flight which can be asked for. */
  public static final int MAX_QUEUE_DEPTH = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(SpdkNvmeDevice.class);

  /** Larger ones would need larger buffers for copies, and are not faster. */
  private static final int MAX_TRANSFER_BYTES = 1 << 20;

  private static final int MEMORY_ALIGNMENT_BYTES = 4;
  private static final int MAX_DISCARD_SECTORS = 1 << 18;

  private static final long TICK_NS = 1_000_000_000;
  private static final int STALLED_TICKS = 30;
  private static final int MAX_REOPENINGS = 3;

  private static final int SPINS = 500;
  private static final int MAX_SLEEPS = 1000;
  private static final long SLEEP_NS = 10_000;

  private static final byte READ = 0;
  private static final byte WRITE = 1;
  private static final byte WRITE_DURABLY = 2;
  private static final byte FLUSH = 3;
  private static final byte DISCARD = 4;

  private final SpdkDrives drives;
  private final SpdkDrive drive;
  private final LongSupplier nanoTime;
  private final DeviceGeometry geometry;
  private final QueuePairOptions queueOptions;
  private final int sectorShift;
  private final boolean deallocates;
  private final boolean behindIommu;
  private final RequestSlots slots;
  private final NvmeQueuePair.CompletionHandler collector = this::collect;

  /** Null for a drive that reaches any memory. */
  private final @Nullable DmaBuffers dmaBuffers;

  private final NvmeNamespace namespace;

  /** Null while the drive does not serve. */
  private @Nullable NvmeQueuePair queuePair;

  private RegisteredMemory.Range registered = RegisteredMemory.Range.NONE;

  private Thread owner = Thread.currentThread();
  private long nextTickNs;
  private int ticksWithoutCompletion;
  private int reopeningsWithoutCompletion;

  /** A submission did not get through; the next poll looks into it. */
  private boolean disconnected;

  /** What ends requests that the drive gives back unfinished; 0 when its own status counts. */
  private int abortResult;

  /** Writes completed that were not durable by themselves, and how many of them were flushed. */
  private long cachedWrites;

  private long flushedWrites;

  /** A reset came between writes and their flush. */
  private boolean cacheLost;

  private long copiedTransfers;
  private boolean failed;
  private boolean closed;

  SpdkNvmeDevice(
      String name,
      SpdkDrives drives,
      SpdkDrives.ClaimedNamespace claimed,
      NvmeQueuePair queuePair,
      QueuePairOptions queueOptions,
      @Nullable DmaBuffers dmaBuffers,
      boolean behindIommu,
      LongSupplier nanoTime) {
    this.drives = drives;
    this.drive = claimed.drive();
    this.namespace = claimed.namespace();
    this.queuePair = queuePair;
    this.queueOptions = queueOptions;
    this.dmaBuffers = dmaBuffers;
    this.behindIommu = behindIommu;
    this.nanoTime = nanoTime;
    int sectorBytes = namespace.sectorBytes();
    sectorShift = Integer.numberOfTrailingZeros(sectorBytes);
    deallocates = drive.controller().info().deallocate();
    geometry =
        new DeviceGeometry(
            name,
            namespace.sizeBytes(),
            sectorBytes,
            atomicWriteBytes(namespace),
            maxTransferBytes(namespace),
            MEMORY_ALIGNMENT_BYTES,
            queuePair.depth(),
            drive.controller().info().volatileWriteCache());
    slots = new RequestSlots(queuePair.depth());
    nextTickNs = nanoTime.getAsLong() + TICK_NS;
  }

  /**
   * Opens a namespace.
   *
   * @param queueDepth most requests in flight, 1 to {@link #MAX_QUEUE_DEPTH}
   * @throws DeviceException when it is absent, in use or refused; the message says what to do
   */
  public static SpdkNvmeDevice open(DeviceSpec.Spdk spec, int queueDepth, SpdkDrives drives) {
    return open(spec, queueDepth, drives, System::nanoTime);
  }

  /** As above, with another clock. */
  static SpdkNvmeDevice open(
      DeviceSpec.Spdk spec, int queueDepth, SpdkDrives drives, LongSupplier nanoTime) {
    if (queueDepth < 1 || queueDepth > MAX_QUEUE_DEPTH) {
      throw new IllegalArgumentException(
          "The queue depth must be 1 to " + MAX_QUEUE_DEPTH + ", not " + queueDepth);
    }
    try {
      return new SpdkDeviceOpening(spec, queueDepth, drives, nanoTime).open();
    } catch (SpdkException | DeviceException refused) {
      throw new DeviceException("Cannot open " + spec + ": " + refused.getMessage(), refused);
    }
  }

  /** A power of two. */
  static int maxTransferBytes(NvmeNamespace namespace) {
    return Integer.highestOneBit(Math.min(namespace.maxTransferBytes(), MAX_TRANSFER_BYTES));
  }

  /** Aligned writes of a power of two are what callers count on. */
  private static int atomicWriteBytes(NvmeNamespace namespace) {
    long most = Math.min(namespace.atomicWriteBytes(), maxTransferBytes(namespace));
    return (int) Math.max(namespace.sectorBytes(), Long.highestOneBit(most));
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    return accept(refusal, READ, offsetBytes, address, lengthBytes, tag);
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    byte kind = (flags & FUA) != 0 && geometry.volatileCache() ? WRITE_DURABLY : WRITE;
    return accept(refusal, kind, offsetBytes, address, lengthBytes, tag);
  }

  @Override
  public int flush(long tag) {
    return accept(ACCEPTED, FLUSH, 0, 0, 0, tag);
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    int refusal = RequestRules.checkRange(geometry, offsetBytes, lengthBytes);
    return accept(refusal, DISCARD, offsetBytes, 0, lengthBytes, tag);
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    if (closed) {
      return 0;
    }
    // A caller that takes few at a time would else have the drive told of its requests one by one.
    if (!slots.hasEnded()) {
      progress();
    }
    int delivered = 0;
    while (!closed && delivered < limit && slots.hasEnded()) {
      int slot = slots.takeEnded();
      delivered++;
      handler.onCompletion(slots.tag(slot), slots.result(slot));
    }
    return delivered;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Nothing announces completions here: it looks for them, at first at once and then again and
   * again after short sleeps.
   */
  @Override
  public void await(long timeoutNs) {
    if (closed || slots.used() == 0) {
      return;
    }
    long fromNs = nanoTime.getAsLong();
    for (int round = 0; round < SPINS + MAX_SLEEPS; round++) {
      progress();
      if (slots.hasEnded() || nanoTime.getAsLong() - fromNs >= timeoutNs) {
        return;
      }
      pause(round);
    }
  }

  @Override
  public boolean registerMemory(long address, long lengthBytes) {
    if (closed || !behindIommu || !registered.isNone()) {
      return false;
    }
    RegisteredMemory.Range range = RegisteredMemory.Range.within(address, lengthBytes);
    if (range.isNone() || !drives.memory().add(range)) {
      return false;
    }
    registered = range;
    return true;
  }

  /** Transfers that went through buffers of the device, since it was opened. For the owner. */
  public long copiedTransfers() {
    return copiedTransfers;
  }

  @Override
  public boolean gainsFromDiscards() {
    return true;
  }

  @Override
  public int inFlight() {
    return slots.used();
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      for (int round = 0; queuePair != null && queuePair.inFlight() > 0; round++) {
        progress();
        pause(round);
      }
    } finally {
      closed = true;
      slots.dropEnded();
      LOG.debug("{} closes; {} transfers were copied", geometry.name(), copiedTransfers);
      giveBack();
    }
  }

  private void giveBack() {
    takeOver();
    try {
      if (queuePair != null) {
        drive.closeQueuePair(queuePair);
      }
    } finally {
      try {
        if (!registered.isNone()) {
          drives.memory().remove(registered);
        }
        if (dmaBuffers != null) {
          dmaBuffers.close();
        }
      } finally {
        drives.unclaim(drive, namespace.id());
      }
    }
  }

  /** One thread opens an engine and another one drives it, and so the device below. */
  private void takeOver() {
    Thread current = Thread.currentThread();
    if (owner != current) {
      owner = current;
      if (queuePair != null) {
        queuePair.handOver();
      }
    }
  }

  // ---- submissions

  private int accept(
      int refusal, byte kind, long offsetBytes, long address, long lengthBytes, long tag) {
    if (closed || failed) {
      return CLOSED;
    }
    if (refusal < 0) {
      return refusal;
    }
    takeOver();
    int slot = slots.next();
    if (slot == RequestSlots.NONE || queuePair == null || disconnected) {
      return QUEUE_FULL;
    }
    slots.kinds[slot] = kind;
    slots.offsets[slot] = offsetBytes;
    slots.lengths[slot] = lengthBytes;
    slots.addresses[slot] = address;
    slots.bounces[slot] = 0;
    if (kind < FLUSH && !reaches(address, lengthBytes) && !bounce(slot)) {
      return QUEUE_FULL;
    }
    int answer = begin(slot);
    if (answer == NvmeQueuePair.QUEUE_FULL || answer == NvmeQueuePair.DISCONNECTED) {
      disconnected = answer == NvmeQueuePair.DISCONNECTED;
      releaseBounce(slot);
      return QUEUE_FULL;
    }
    slots.take(tag);
    copiedTransfers += slots.bounces[slot] == 0 ? 0 : 1;
    if (answer < 0) {
      end(slot, answer);
    } else if (kind == DISCARD && !deallocates) {
      end(slot, 0); // a hint, which this drive does not take
    }
    return ACCEPTED;
  }

  private int begin(int slot) {
    if (slots.kinds[slot] == FLUSH) {
      if (cacheLost) {
        cacheLost = false;
        flushedWrites = cachedWrites;
        return -Errno.EIO;
      }
      slots.marks[slot] = cachedWrites;
    } else if (slots.kinds[slot] == DISCARD && !deallocates) {
      return NvmeQueuePair.ACCEPTED;
    }
    return submit(slot);
  }

  /** Hands the request, or what is left of it, to the drive. */
  private int submit(int slot) {
    long bounce = slots.bounces[slot];
    long address = bounce == 0 ? slots.addresses[slot] : bounce;
    long first = slots.offsets[slot] >>> sectorShift;
    long sectors = slots.lengths[slot] >>> sectorShift;
    return switch (slots.kinds[slot]) {
      case READ -> queuePair.read(namespace, address, first, (int) sectors, slot);
      case WRITE -> queuePair.write(namespace, address, first, (int) sectors, false, slot);
      case WRITE_DURABLY -> queuePair.write(namespace, address, first, (int) sectors, true, slot);
      case FLUSH -> queuePair.flush(namespace, slot);
      default ->
          queuePair.deallocate(
              namespace, first, (int) Math.min(sectors, MAX_DISCARD_SECTORS), slot);
    };
  }

  private boolean reaches(long address, long lengthBytes) {
    long at = address - registered.address();
    return dmaBuffers == null || (at >= 0 && at + lengthBytes <= registered.lengthBytes());
  }

  private boolean bounce(int slot) {
    int lengthBytes = (int) slots.lengths[slot];
    long bounce = dmaBuffers.acquire(lengthBytes);
    if (bounce == BufferPool.EXHAUSTED) {
      return false;
    }
    if (slots.kinds[slot] != READ) {
      Memory.copy(slots.addresses[slot], bounce, lengthBytes);
    }
    slots.bounces[slot] = bounce;
    return true;
  }

  private void releaseBounce(int slot) {
    if (slots.bounces[slot] != 0) {
      dmaBuffers.release(slots.bounces[slot]);
      slots.bounces[slot] = 0;
    }
  }

  // ---- completions

  /** Pushes out what was submitted, collects what has ended, and looks after the drive. */
  private void progress() {
    takeOver();
    long nowNs = nanoTime.getAsLong();
    if (nowNs - nextTickNs >= 0) {
      nextTickNs = nowNs + TICK_NS;
      tick();
    }
    if (queuePair == null || drive.condition() != SpdkDrive.Condition.SERVING) {
      followDrive();
      return;
    }
    int collected = queuePair.poll(collector, slots.count());
    if (collected < 0 || disconnected) {
      onFailure("has lost its connection");
    } else if (collected > 0) {
      ticksWithoutCompletion = 0;
      reopeningsWithoutCompletion = 0;
    }
  }

  /** Counted in ticks that were polled, so that a process that was stopped finds no stall. */
  private void tick() {
    drive.pollAdmin();
    if (queuePair != null && queuePair.inFlight() == 0) {
      ticksWithoutCompletion = 0;
    } else if (!failed && ++ticksWithoutCompletion > STALLED_TICKS) {
      ticksWithoutCompletion = 0;
      if (queuePair == null) {
        failed = true;
        LOG.error("{} is given up: its reset takes too long", geometry.name());
      } else {
        onFailure("has completed nothing for " + STALLED_TICKS + " seconds");
      }
    }
  }

  private void collect(long tag, int status) {
    int slot = (int) tag;
    if (status == 0) {
      onSuccess(slot);
    } else {
      end(slot, abortResult != 0 ? abortResult : -NvmeErrno.of(status));
    }
  }

  private void onSuccess(int slot) {
    switch (slots.kinds[slot]) {
      case READ -> {
        if (slots.bounces[slot] != 0) {
          Memory.copy(slots.bounces[slot], slots.addresses[slot], slots.lengths[slot]);
        }
        end(slot, (int) slots.lengths[slot]);
      }
      case WRITE -> {
        cachedWrites++;
        end(slot, (int) slots.lengths[slot]);
      }
      case WRITE_DURABLY -> end(slot, (int) slots.lengths[slot]);
      case FLUSH -> {
        flushedWrites = Math.max(flushedWrites, slots.marks[slot]);
        end(slot, 0);
      }
      default -> goOnDiscarding(slot);
    }
  }

  private void goOnDiscarding(int slot) {
    long doneBytes = Math.min(slots.lengths[slot], (long) MAX_DISCARD_SECTORS << sectorShift);
    slots.offsets[slot] += doneBytes;
    slots.lengths[slot] -= doneBytes;
    // What the queue does not take now, or no more, is left as it is: discarding is a hint.
    if (slots.lengths[slot] == 0 || queuePair == null || submit(slot) != NvmeQueuePair.ACCEPTED) {
      end(slot, 0);
    }
  }

  private void end(int slot, int result) {
    releaseBounce(slot);
    slots.end(slot, result);
  }

  // ---- failures

  private void onFailure(String what) {
    drive.onFailure(what);
    followDrive();
  }

  private void followDrive() {
    disconnected = false;
    SpdkDrive.Condition condition = drive.condition();
    if (condition == SpdkDrive.Condition.SERVING) {
      if (queuePair == null && !failed) {
        reopen();
      }
      return;
    }
    if (queuePair != null) {
      abandon(condition == SpdkDrive.Condition.REMOVED ? -Errno.ENODEV : -Errno.EIO);
    }
    failed |= condition != SpdkDrive.Condition.RESETTING;
  }

  /** Ends everything in flight and closes the queue pair. */
  private void abandon(int result) {
    NvmeQueuePair abandoned = queuePair;
    queuePair = null;
    abortResult = result;
    try {
      abandoned.abort(collector);
    } catch (SpdkException refused) {
      LOG.error("{}: requests in flight could not be aborted in order", geometry.name(), refused);
    } finally {
      for (int slot = 0; slot < slots.count(); slot++) {
        if (slots.isSubmitted(slot)) {
          end(slot, result);
        }
      }
      abortResult = 0;
      cacheLost |= geometry.volatileCache() && cachedWrites > flushedWrites;
      ticksWithoutCompletion = 0;
      drive.closeQueuePair(abandoned);
    }
  }

  private void reopen() {
    try {
      queuePair = drive.openQueuePair(queueOptions);
    } catch (SpdkException refused) {
      failed = ++reopeningsWithoutCompletion > MAX_REOPENINGS;
      LOG.error(
          "{}: no queue pair after a reset{}: {}",
          geometry.name(),
          failed ? ", it is given up" : "",
          refused.getMessage());
      drive.onFailure("gives no queue pair");
    }
  }

  private static void pause(int round) {
    if (round < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(SLEEP_NS);
    }
  }
}
