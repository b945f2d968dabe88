package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.IoUring;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.RingWait;
import java.util.List;

/**
 * A job's I/O on a {@link ChunkStore}, through one io_uring.
 *
 * <p>A read is one direct read; its checksum is verified when it is of a whole chunk. A write that
 * only appends goes to the chunk's own slot; any other fetches the old content, patches it and
 * stores all of it in a fresh slot. Data is durable before the log tells of it; then the old slot
 * is free. Writes of one chunk go one after the other.
 */
final class ChunkfileChannel implements IoChannel {

  private static final int PAGE_BYTES = 4096;
  private static final int NOBODY = -1;
  private static final int NO_BUFFER = -1;

  private static final byte READING = 0;
  private static final byte READING_WHOLE = 1;
  private static final byte FETCHING = 2;
  private static final byte STORING = 3;
  private static final byte SYNCING = 4;

  private final ChunkStore store;
  private final ChunkCatalog catalog;
  private final ChunkNames names;
  private final int chunkBytes;
  private final boolean syncMetadata;
  private final IoUring ring;
  private final RingWait wait;
  private final StagingBuffers staging;
  private final ChannelMemory memory = new ChannelMemory();
  private final Crc32c crc = new Crc32c();
  private final WriteQueues queues;

  // One place per request in flight.
  private final long[] tags;
  private final byte[] states;
  private final int[] chunks;
  private final int[] offsets;
  private final int[] lengths;
  private final long[] addresses;
  private final int[] results;
  private final int[] expected;
  private final int[] slots;
  private final int[] buffers;
  private final int[] newLengths;
  private final int[] checksums;
  private final IntRing free;
  private final IntRing done;
  private final IntRing held;

  /** Writes whose data is durable and whose metadata is not yet logged. */
  private final IntRing stored;

  /** Writes that are logged, and wait for a sync of the log that begins after that. */
  private final IntRing logged;

  /** Writes that the sync of the log under way covers. */
  private final IntRing beingSynced;

  private int inRing;
  private boolean durable = true;

  private ChunkfileChannel(
      ChunkStore store,
      IoUring ring,
      List<FileRegion> files,
      int chunkBytes,
      int depth,
      boolean syncMetadata) {
    this.store = store;
    this.catalog = store.catalog;
    this.names = new ChunkNames(files);
    this.chunkBytes = chunkBytes;
    this.syncMetadata = syncMetadata;
    this.ring = ring;
    wait = new RingWait(ring);
    staging = new StagingBuffers(chunkBytes, depth);
    tags = new long[depth];
    states = new byte[depth];
    chunks = new int[depth];
    offsets = new int[depth];
    lengths = new int[depth];
    addresses = new long[depth];
    results = new int[depth];
    expected = new int[depth];
    slots = new int[depth];
    buffers = new int[depth];
    newLengths = new int[depth];
    checksums = new int[depth];
    free = new IntRing(depth);
    done = new IntRing(depth);
    held = new IntRing(depth);
    stored = new IntRing(depth);
    logged = new IntRing(depth);
    beingSynced = new IntRing(depth);
    for (int request = 0; request < depth; request++) {
      free.add(request);
    }
    for (int file = 0; file < files.size(); file++) {
      for (long at = 0; at < files.get(file).endBytes(); at += chunkBytes) {
        catalog.number(names.hi(file), names.lo(file, at / chunkBytes));
      }
    }
    queues = new WriteQueues(catalog.count(), depth);
  }

  /**
   * Takes the store over; it is closed with the channel, or when there can be none.
   *
   * @throws EngineException when there is no io_uring
   */
  static ChunkfileChannel open(
      ChunkStore store, List<FileRegion> files, int chunkBytes, int depth, boolean syncMetadata)
      throws EngineException {
    try {
      // Every request has at most one entry in the ring, and there is one sync of the log.
      return new ChunkfileChannel(
          store, new IoUring(depth + 1), files, chunkBytes, depth, syncMetadata);
    } catch (IllegalStateException refused) {
      store.close();
      throw new EngineException(Errno.ENOSYS, refused.getMessage(), refused);
    }
  }

  /** Until {@link #endUnsynced}, writes are acknowledged before they are durable. */
  void beginUnsynced() {
    durable = false;
  }

  /** Makes durable what was written since {@link #beginUnsynced}. */
  void endUnsynced() throws EngineException {
    store.files.sync();
    durable = true;
  }

  /** Length of the chunk at an offset of a file. */
  int lengthOf(int file, long offsetBytes) {
    return catalog.lengths[chunkAt(file, offsetBytes)];
  }

  private int chunkAt(int file, long offsetBytes) {
    return catalog.find(names.hi(file), names.lo(file, offsetBytes / chunkBytes));
  }

  @Override
  public long allocate(long lengthBytes) {
    return memory.allocate(lengthBytes);
  }

  @Override
  public int submit(
      Direction direction,
      int fileIndex,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    if (free.isEmpty()) {
      return FULL;
    }
    int request = free.take();
    tags[request] = tag;
    chunks[request] = chunkAt(fileIndex, offsetBytes);
    offsets[request] = (int) (offsetBytes % chunkBytes);
    lengths[request] = lengthBytes;
    addresses[request] = address;
    buffers[request] = NO_BUFFER;
    if (direction == Direction.READ) {
      read(request);
    } else if (queues.enter(chunks[request], request)) {
      write(request);
    }
    return ACCEPTED;
  }

  private void read(int request) {
    int chunk = chunks[request];
    int slot = catalog.slots[chunk];
    int offset = offsets[request];
    int length = Math.min(lengths[request], catalog.lengths[chunk] - offset);
    if (slot == ChunkCatalog.NONE || length <= 0) {
      complete(request, slot == ChunkCatalog.NONE ? -Errno.ENOENT : 0);
      return;
    }
    lengths[request] = length;
    slots[request] = slot;
    checksums[request] = catalog.checksums[chunk];
    boolean whole = offset == 0 && length == catalog.lengths[chunk];
    store.use.beginRead(slot);
    int from = pageDown(offset);
    transfer(
        request,
        whole ? READING_WHOLE : READING,
        IoUring.OP_READ,
        from,
        addresses[request],
        pageUp(offset + length) - from);
  }

  private void onRead(int request) {
    store.use.endRead(slots[request]);
    int length = lengths[request];
    if (results[request] < expected[request]) {
      complete(request, failureOf(request));
      return;
    }
    long address = addresses[request];
    if (states[request] == READING_WHOLE && crc.of(address, length) != checksums[request]) {
      complete(request, -Errno.EILSEQ);
      return;
    }
    int shift = offsets[request] % PAGE_BYTES;
    if (shift != 0) {
      Memory.copy(address + shift, address, length);
    }
    complete(request, length);
  }

  /** Begins a write whose chunk nobody else writes. */
  private void write(int request) {
    if (!goesStraight(request)) {
      int buffer = staging.take();
      if (buffer == NO_BUFFER) {
        held.add(request);
        return;
      }
      buffers[request] = buffer;
    }
    int chunk = chunks[request];
    newLengths[request] = Math.max(catalog.lengths[chunk], offsets[request] + lengths[request]);
    try {
      slots[request] = appends(request) ? catalog.slots[chunk] : store.allocate();
    } catch (EngineException full) {
      slots[request] = ChunkCatalog.NONE;
      endWrite(request, -full.errno());
      return;
    }
    if (needsOldContent(request)) {
      fetch(request);
    } else {
      assemble(request);
    }
  }

  private boolean isNew(int request) {
    return catalog.slots[chunks[request]] == ChunkCatalog.NONE;
  }

  /** Whether the write lies wholly behind what is there. */
  private boolean appends(int request) {
    return !isNew(request) && offsets[request] >= catalog.lengths[chunks[request]];
  }

  private boolean replaces(int request) {
    return offsets[request] == 0 && lengths[request] >= catalog.lengths[chunks[request]];
  }

  /** Where what is stored begins: the last page of an appended chunk, otherwise the beginning. */
  private int base(int request) {
    return appends(request) ? pageDown(catalog.lengths[chunks[request]]) : 0;
  }

  /** Whether the data can be written from where it is. */
  private boolean goesStraight(int request) {
    boolean wholePages = lengths[request] % PAGE_BYTES == 0 && addresses[request] % PAGE_BYTES == 0;
    boolean nothingElse = appends(request) || replaces(request);
    return wholePages && nothingElse && offsets[request] == base(request);
  }

  private boolean needsOldContent(int request) {
    int oldLength = catalog.lengths[chunks[request]];
    if (appends(request)) {
      return oldLength % PAGE_BYTES != 0;
    }
    return oldLength > 0 && !replaces(request);
  }

  private void fetch(int request) {
    int chunk = chunks[request];
    int base = base(request);
    int from = catalog.slots[chunk];
    transferIn(
        request,
        FETCHING,
        IoUring.OP_READ,
        from,
        base,
        staging.addressOf(buffers[request]),
        pageUp(catalog.lengths[chunk]) - base);
  }

  private void onFetched(int request) {
    if (results[request] < expected[request]) {
      endWrite(request, failureOf(request));
      return;
    }
    int chunk = chunks[request];
    boolean whole = !appends(request);
    int oldLength = catalog.lengths[chunk];
    if (whole
        && crc.of(staging.addressOf(buffers[request]), oldLength) != catalog.checksums[chunk]) {
      endWrite(request, -Errno.EILSEQ);
      return;
    }
    assemble(request);
  }

  /** Puts old and new content together, where that is needed, and stores it. */
  private void assemble(int request) {
    int base = base(request);
    int stored = pageUp(newLengths[request]) - base;
    long content = addresses[request];
    if (buffers[request] != NO_BUFFER) {
      content = staging.addressOf(buffers[request]);
      int old = Math.max(0, catalog.lengths[chunks[request]] - base);
      if (stored > old) {
        Memory.fill(content + old, stored - old, (byte) 0);
      }
      Memory.copy(addresses[request], content + offsets[request] - base, lengths[request]);
    }
    checksums[request] = checksumOf(request, content, base);
    transfer(request, STORING, IoUring.OP_WRITE, base, content, stored);
  }

  private int checksumOf(int request, long content, int base) {
    int chunk = chunks[request];
    if (!appends(request)) {
      return crc.of(content, newLengths[request]);
    }
    int oldLength = catalog.lengths[chunk];
    int added = newLengths[request] - oldLength;
    int checksum = crc.of(content + oldLength - base, added);
    return Crc32cCombination.of(catalog.checksums[chunk], checksum, added);
  }

  private void onStored(int request) {
    if (results[request] < expected[request]) {
      endWrite(request, failureOf(request));
      return;
    }
    int result =
        store.logWritten(chunks[request], slots[request], newLengths[request], checksums[request]);
    if (result < 0) {
      endWrite(request, result);
    } else {
      stored.add(request);
    }
  }

  /** Logs, in one go each, that the content of all stored writes is there and that it holds. */
  private void logStored() {
    int writes = stored.size();
    int result = store.writeLog();
    for (int i = 0; i < writes && result == 0; i++) {
      int request = stored.at(i);
      result =
          store.logCommitted(
              chunks[request], slots[request], newLengths[request], checksums[request]);
    }
    result = result == 0 ? store.writeLog() : result;
    for (int i = 0; i < writes; i++) {
      int request = stored.take();
      if (result < 0) {
        endWrite(request, result);
      } else if (syncMetadata && durable) {
        logged.add(request);
      } else {
        commit(request);
      }
    }
    trimLog();
  }

  private void trimLog() {
    try {
      if (logged.isEmpty() && beingSynced.isEmpty()) {
        store.trimLog();
      }
    } catch (EngineException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    }
  }

  private void syncLogged() {
    if (logged.isEmpty() || !beingSynced.isEmpty()) {
      return;
    }
    while (!logged.isEmpty()) {
      beingSynced.add(logged.take());
    }
    queue(IoUring.OP_FSYNC, store.logFd(), 0, 0, 0, IoUring.FSYNC_DATASYNC, tags.length);
  }

  private void onLogSynced(int result) {
    while (!beingSynced.isEmpty()) {
      int request = beingSynced.take();
      if (result < 0) {
        endWrite(request, result);
      } else {
        commit(request);
      }
    }
  }

  private void commit(int request) {
    int chunk = chunks[request];
    int before = catalog.slots[chunk];
    store.commit(chunk, slots[request], newLengths[request], checksums[request]);
    if (before != ChunkCatalog.NONE && before != slots[request]) {
      store.use.giveUp(before);
    }
    endWrite(request, lengths[request]);
  }

  /** The write is over; the next one in line for its chunk may go. */
  private void endWrite(int request, int result) {
    int chunk = chunks[request];
    if (result < 0
        && slots[request] != ChunkCatalog.NONE
        && slots[request] != catalog.slots[chunk]) {
      store.cancel(slots[request]);
    }
    if (buffers[request] != NO_BUFFER) {
      staging.give(buffers[request]);
    }
    int next = queues.leave(chunk);
    if (next != NOBODY) {
      held.add(next);
    }
    complete(request, result);
  }

  private void complete(int request, int result) {
    results[request] = result;
    done.add(request);
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    if (free.isEmpty()) {
      return FULL;
    }
    int request = free.take();
    tags[request] = tag;
    states[request] = SYNCING;
    queue(IoUring.OP_FSYNC, store.logFd(), 0, 0, 0, IoUring.FSYNC_DATASYNC, request);
    return ACCEPTED;
  }

  private void transfer(
      int request, byte state, int operation, int from, long address, int length) {
    transferIn(request, state, operation, slots[request], from, address, length);
  }

  private void transferIn(
      int request, byte state, int operation, int slot, int from, long address, int length) {
    states[request] = state;
    expected[request] = length;
    int flags = operation == IoUring.OP_WRITE && durable ? IoUring.RWF_DSYNC : 0;
    int fd = store.files.fdOf(slot);
    queue(operation, fd, store.files.offsetOf(slot) + from, address, length, flags, request);
  }

  private void queue(
      int operation, int fd, long offset, long address, int length, int flags, long userData) {
    if (!ring.prepare(operation, 0, fd, offset, address, length, flags, userData)) {
      throw new AssertionError("the ring has an entry for every request");
    }
    inRing++;
  }

  @Override
  public void push() {
    // What the kernel does not take now goes with the next call.
    ring.submit();
  }

  @Override
  public int poll(Completion completion, int limit) {
    advance();
    int delivered = 0;
    while (delivered < limit && !done.isEmpty()) {
      int request = done.take();
      free.add(request);
      delivered++;
      completion.onCompletion(tags[request], results[request]);
    }
    return delivered;
  }

  /** Takes every request as far as it gets. */
  private void advance() {
    while (ring.hasCompletion()) {
      int request = (int) ring.userData();
      int result = ring.result();
      ring.advance();
      inRing--;
      if (request == tags.length) {
        onLogSynced(result);
      } else {
        results[request] = result;
        onTransferred(request);
      }
    }
    if (!stored.isEmpty()) {
      logStored();
    }
    syncLogged();
    for (int i = held.size(); i > 0; i--) {
      write(held.take());
    }
    if (ring.unsubmitted() > 0) {
      ring.submit();
    }
  }

  private void onTransferred(int request) {
    switch (states[request]) {
      case READING, READING_WHOLE -> onRead(request);
      case FETCHING -> onFetched(request);
      case STORING -> onStored(request);
      case SYNCING -> complete(request, results[request]);
      default -> throw new AssertionError("state " + states[request]);
    }
  }

  /** The errno of a transfer; a short one is an I/O error. */
  private int failureOf(int request) {
    return results[request] < 0 ? results[request] : -Errno.EIO;
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    int delivered = poll(completion, limit);
    while (delivered < atLeast && free.size() < tags.length) {
      if (inRing > 0) {
        wait.sleep(timeoutNs);
      }
      int more = poll(completion, limit - delivered);
      delivered += more;
      if (more == 0 && timeoutNs < RingWait.UNTIMED_NS) {
        break;
      }
    }
    return delivered;
  }

  @Override
  public boolean inline() {
    return false;
  }

  /** Waits for what is in flight first: the kernel must not write into freed memory. */
  @Override
  public void close() {
    while (free.size() < tags.length) {
      await((tag, result) -> {}, 1, tags.length, RingWait.UNTIMED_NS);
    }
    wait.close();
    ring.close();
    staging.close();
    memory.close();
    store.close();
  }

  private static int pageDown(int bytes) {
    return bytes & -PAGE_BYTES;
  }

  private static int pageUp(int bytes) {
    return bytes + PAGE_BYTES - 1 & -PAGE_BYTES;
  }
}
