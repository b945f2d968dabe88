package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A pair of submission and completion queue of a controller. Commands are asynchronous: a submitted
 * one is handed back by its tag in a later {@link #poll}, in any order.
 *
 * <p>One platform thread at a time: the first one to use the queue pair owns it, and any other gets
 * an {@link IllegalStateException}, until the owner has ended or {@link #handOver} was called.
 * Nothing is allocated per command.
 *
 * <p>Submitting methods return {@link #ACCEPTED}, {@link #QUEUE_FULL}, {@link #DISCONNECTED} or
 * another negative errno of SPDK; what is not accepted completes never. Sectors beyond the
 * namespace's end, a namespace of another controller and memory that the drive cannot reach are
 * {@link IllegalArgumentException}s.
 *
 * <p>Memory must be a multiple of 4 bytes aligned. For a PCIe drive it must lie in one {@link
 * DmaMemory} or in one range given to {@link Spdk#register}. For other transports any memory works,
 * and that it stays valid until the command completes is the caller's responsibility.
 */
public final class NvmeQueuePair implements AutoCloseable {

  /** The command will complete. */
  public static final int ACCEPTED = 0;

  /** Too many commands are in flight: poll, then submit again. */
  public static final int QUEUE_FULL = -Errno.ENOMEM;

  /**
   * The queue pair is of no more use: {@link #abort} what was in flight, close it, open another.
   */
  public static final int DISCONNECTED = -Errno.ENXIO;

  /** Most sectors of one {@link #writeZeroes}. */
  public static final int MAX_WRITE_ZEROES_SECTORS = 65536;

  private static final int FORCE_UNIT_ACCESS = 1 << 30;
  private static final int DEALLOCATE = 4;
  private static final long MEMORY_ALIGNMENT_MASK = 3;

  // struct spdk_nvme_dsm_range
  private static final long RANGE_BYTES = 16;
  private static final long RANGE_SECTORS = 4;
  private static final long RANGE_FIRST_SECTOR = 8;
  private static final short ONE_RANGE = 1;

  /** What is told of completed commands. */
  @FunctionalInterface
  public interface CompletionHandler {

    /**
     * A command completed. May submit commands, but neither poll, abort nor close. What it throws
     * gets out of {@link #poll}; the commands that were not delivered then are delivered next time.
     *
     * @param tag the tag that the command was submitted with
     * @param status 0, or what {@link NvmeStatus} tells about
     */
    void onCompletion(long tag, int status);
  }

  private final NvmeController controller;
  private final long handle;
  private final CommandSlots slots;
  private final CompletionPath path;
  private final boolean upcalls;
  private final @Nullable DmaRanges dmaRanges;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment dsmRange;

  private @Nullable Thread owner;
  private boolean delivering;
  private boolean freed;
  private boolean closed;
  // Negative errno once the queue pair is of no more use. Set by a reset in any thread, too.
  private volatile int failure;

  // The memory that the last transfer lay in: mostly the next one lies there as well.
  private DmaRanges.@Nullable Snapshot knownRanges;
  private long knownStart;
  private long knownEnd;

  NvmeQueuePair(
      NvmeController controller,
      long handle,
      QueuePairOptions options,
      @Nullable DmaRanges dmaRanges) {
    this.controller = controller;
    this.handle = handle;
    this.dmaRanges = dmaRanges;
    slots = new CommandSlots(options.depth());
    path =
        switch (options.completionWay()) {
          case COPY -> new CopiedCompletions(slots);
          case UPCALL -> new UpcallCompletions(slots);
        };
    upcalls = path.upcalls();
    dsmRange = arena.allocate(RANGE_BYTES, RANGE_BYTES);
  }

  /** Reads sectors into memory. */
  public int read(NvmeNamespace namespace, long address, long firstSector, int sectors, long tag) {
    checkTransfer(namespace, address, firstSector, sectors);
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    return submitted(
        slot,
        QueuePairCalls.read(
            upcalls,
            namespace.handle(),
            handle,
            address,
            firstSector,
            sectors,
            path.callback(),
            path.argument(slot)));
  }

  /**
   * Writes sectors from memory.
   *
   * @param forceUnitAccess whether the data must be durable when the write completes
   */
  public int write(
      NvmeNamespace namespace,
      long address,
      long firstSector,
      int sectors,
      boolean forceUnitAccess,
      long tag) {
    checkTransfer(namespace, address, firstSector, sectors);
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    return submitted(
        slot,
        QueuePairCalls.write(
            upcalls,
            namespace.handle(),
            handle,
            address,
            firstSector,
            sectors,
            path.callback(),
            path.argument(slot),
            forceUnitAccess ? FORCE_UNIT_ACCESS : 0));
  }

  /**
   * Compares sectors with memory; {@link NvmeStatus#COMPARE_FAILURE} tells that they differ. Only
   * where {@link ControllerInfo#compare} says so.
   */
  public int compare(
      NvmeNamespace namespace, long address, long firstSector, int sectors, long tag) {
    checkTransfer(namespace, address, firstSector, sectors);
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    return submitted(
        slot,
        QueuePairCalls.compare(
            namespace.handle(),
            handle,
            address,
            firstSector,
            sectors,
            path.callback(),
            path.argument(slot)));
  }

  /** Makes durable what was written before and has completed. */
  public int flush(NvmeNamespace namespace, long tag) {
    enter();
    checkNamespace(namespace);
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    return submitted(
        slot,
        QueuePairCalls.flush(
            upcalls, namespace.handle(), handle, path.callback(), path.argument(slot)));
  }

  /**
   * Tells the drive that the sectors' data is not needed; what they read as afterwards is not said.
   * Only where {@link ControllerInfo#deallocate} says so.
   */
  public int deallocate(NvmeNamespace namespace, long firstSector, int sectors, long tag) {
    enter();
    checkRange(namespace, firstSector, sectors);
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    // SPDK copies the range before it returns.
    dsmRange.set(JAVA_INT, RANGE_SECTORS, sectors);
    dsmRange.set(JAVA_LONG, RANGE_FIRST_SECTOR, firstSector);
    return submitted(
        slot,
        QueuePairCalls.manageDataset(
            namespace.handle(),
            handle,
            DEALLOCATE,
            dsmRange.address(),
            ONE_RANGE,
            path.callback(),
            path.argument(slot)));
  }

  /**
   * Makes sectors read as zeros, at most {@value #MAX_WRITE_ZEROES_SECTORS} at once. Only where
   * {@link ControllerInfo#writeZeroes} says so.
   */
  public int writeZeroes(NvmeNamespace namespace, long firstSector, int sectors, long tag) {
    enter();
    checkRange(namespace, firstSector, sectors);
    if (sectors > MAX_WRITE_ZEROES_SECTORS) {
      throw new IllegalArgumentException(
          sectors
              + " sectors are more than one write-zeroes command takes: "
              + MAX_WRITE_ZEROES_SECTORS);
    }
    int slot = acquire(tag);
    if (slot < 0) {
      return slot;
    }
    return submitted(
        slot,
        QueuePairCalls.writeZeroes(
            namespace.handle(),
            handle,
            firstSector,
            sectors,
            path.callback(),
            path.argument(slot)));
  }

  /**
   * Has SPDK ring the doorbell and look for completions, and delivers them.
   *
   * @param limit most completions to deliver, at least 1
   * @return number delivered, or a negative errno once the transport has failed; then nothing more
   *     will complete, and {@link #abort} delivers what is in flight
   */
  public int poll(CompletionHandler handler, int limit) {
    enterOutsideOfHandler("poll");
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, but is " + limit);
    }
    if (slots.undelivered() < limit && failure == 0) {
      int result = QueuePairCalls.poll(upcalls, handle, limit - slots.undelivered());
      path.collect(result);
      if (result < 0) {
        failure = result;
      }
    }
    int delivered = deliver(handler, limit);
    return delivered > 0 || failure == 0 ? delivered : failure;
  }

  /**
   * Disconnects, and delivers all that was in flight: with its status where it completed after all,
   * else as {@link NvmeStatus#ABORTED_QUEUE_DELETED}. An aborted write may or may not have been
   * done. Waits for the drive, so that afterwards it uses the memory no more. Then the queue pair
   * is {@link #DISCONNECTED} and only good to be closed.
   *
   * @return number delivered
   */
  public int abort(CompletionHandler handler) {
    enterOutsideOfHandler("abort");
    disconnect();
    return deliver(handler, Integer.MAX_VALUE);
  }

  /**
   * Lets the next thread that uses the queue pair own it, be there commands in flight or not. For
   * whoever has made sure that the owner's last use happened before this call and is not repeated,
   * as by starting the next thread; this method cannot check it.
   */
  public void handOver() {
    owner = null;
  }

  /** Returns the number of commands that are submitted and not delivered. */
  public int inFlight() {
    return slots.used();
  }

  /** Returns the number of commands that can be in flight. */
  public int depth() {
    return slots.depth();
  }

  /** Returns the controller. */
  public NvmeController controller() {
    return controller;
  }

  /**
   * Aborts what is in flight, whose completions are dropped, and gives everything back. Does
   * nothing the second time.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    enterOutsideOfHandler("close");
    disconnect();
    closed = true;
    path.close();
    arena.close();
    controller.forget(this);
  }

  /** From the controller: it was reset, and SPDK's queues with it. */
  void fail(int errno) {
    if (failure == 0) {
      failure = -errno;
    }
  }

  private void disconnect() {
    if (freed) {
      return;
    }
    freed = true;
    fail(Errno.ENXIO);
    ControllerCalls.freeQueuePair(handle);
    path.collectAll();
    slots.completeAll(NvmeStatus.ABORTED_QUEUE_DELETED);
  }

  private int deliver(CompletionHandler handler, int limit) {
    int delivered = 0;
    delivering = true;
    try {
      while (delivered < limit && slots.undelivered() > 0) {
        int slot = slots.takeCompleted();
        long tag = slots.tag(slot);
        int status = slots.status(slot);
        slots.release(slot);
        delivered++;
        handler.onCompletion(tag, status);
      }
    } finally {
      delivering = false;
    }
    return delivered;
  }

  private int acquire(long tag) {
    if (failure != 0) {
      return DISCONNECTED;
    }
    int slot = slots.acquire(tag);
    if (slot < 0) {
      return QUEUE_FULL;
    }
    path.submitting(slot);
    return slot;
  }

  private int submitted(int slot, int result) {
    if (result != ACCEPTED) {
      path.refused(slot);
      slots.release(slot);
    }
    return result;
  }

  private void enter() {
    Thread current = Thread.currentThread();
    if (owner != current) {
      own(current);
    }
    if (closed) {
      throw new IllegalStateException("The queue pair of " + controller.id() + " is closed");
    }
  }

  private void own(Thread current) {
    Thread previous = owner;
    if (previous != null && previous.isAlive()) {
      throw new IllegalStateException(
          "The queue pair belongs to thread '"
              + previous.getName()
              + "' and was used by '"
              + current.getName()
              + "': open one for each thread");
    }
    if (current.isVirtual()) {
      throw new IllegalStateException("A queue pair needs a platform thread, not a virtual one");
    }
    owner = current;
  }

  private void enterOutsideOfHandler(String what) {
    enter();
    if (delivering) {
      throw new IllegalStateException("A completion handler must not " + what);
    }
  }

  private void checkNamespace(NvmeNamespace namespace) {
    if (namespace.controller() != controller) {
      throw new IllegalArgumentException(
          namespace + " is not of the queue pair's controller " + controller.id());
    }
  }

  private void checkRange(NvmeNamespace namespace, long firstSector, int sectors) {
    checkNamespace(namespace);
    if (firstSector < 0 || sectors < 1 || firstSector > namespace.sectors() - sectors) {
      throw new IllegalArgumentException(
          "Sectors "
              + firstSector
              + " + "
              + sectors
              + " are outside of "
              + namespace
              + ", which"
              + " has "
              + namespace.sectors());
    }
  }

  private void checkTransfer(NvmeNamespace namespace, long address, long firstSector, int sectors) {
    enter();
    checkRange(namespace, firstSector, sectors);
    if (namespace.metadataBytes() != 0) {
      throw new UnsupportedOperationException(
          namespace + " has metadata with its sectors: format it without");
    }
    if (address == 0 || (address & MEMORY_ALIGNMENT_MASK) != 0) {
      throw new IllegalArgumentException(
          "Memory at 0x%x must be aligned to 4 bytes and not 0".formatted(address));
    }
    if (dmaRanges != null) {
      checkReachable(dmaRanges.snapshot(), address, (long) sectors * namespace.sectorBytes());
    }
  }

  private void checkReachable(DmaRanges.Snapshot ranges, long address, long lengthBytes) {
    if (ranges == knownRanges && address >= knownStart && lengthBytes <= knownEnd - address) {
      return;
    }
    int index = ranges.find(address, lengthBytes);
    if (index < 0) {
      throw new IllegalArgumentException(
          "%d bytes at 0x%x do not lie in memory that a drive can reach: allocate it from Spdk, or"
                  .formatted(lengthBytes, address)
              + " register it");
    }
    knownRanges = ranges;
    knownStart = ranges.start(index);
    knownEnd = ranges.end(index);
  }
}
