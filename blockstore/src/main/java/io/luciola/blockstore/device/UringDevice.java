package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.IoUring;
import io.luciola.blockstore.linux.Linux;
import java.nio.file.Path;

/**
 * A raw block device, or a preallocated regular file, through io_uring.
 *
 * <p>The page cache is bypassed; where the file system refuses that, I/O is buffered and {@link
 * #directIo()} says so. The file is locked against a second opening. A discarded range of a file
 * goes back to the file system, so that a later write to it may fail when that is full. Files have
 * 4 KiB blocks, and count on the disk below not to tear an aligned one.
 */
public final class UringDevice implements BlockDevice {

  /** Requests in flight when not said otherwise. */
  public static final int DEFAULT_QUEUE_DEPTH = 128;

  /** Most requests in flight which can be asked for. */
  public static final int MAX_QUEUE_DEPTH = 8192;

  private static final int MAX_TRANSFER_BYTES = 64 << 20;

  /**
   * So many entries are pushed without waiting for {@link #poll}. Measured: the disk is busy while
   * the owner submits more, and the system call is still shared; a queue of 32 that goes in one
   * push is lock-step, and idles the disk for a quarter of the time.
   */
  private static final int PUSHED_AT_ONCE = 4;

  /** How often a request may come back without progress before it counts as failed. */
  private static final int MAX_FRUITLESS_ATTEMPTS = 16;

  private static final byte READ = 0;
  private static final byte WRITE = 1;
  private static final byte WRITE_DSYNC = 2;
  private static final byte WRITE_LINKED_FSYNC = 3;
  private static final byte FLUSH = 4;
  private static final byte DISCARD = 5;

  /** Lowest bit of an entry's user data: set for the fsync behind a write. */
  private static final int LINKED_FSYNC = 1;

  private final DeviceGeometry geometry;
  private final UringFile file;
  private final IoUring ring;

  // One slot per request in flight.
  private final byte[] operations;
  private final long[] offsets;
  private final long[] addresses;
  private final long[] lengths;
  private final long[] tags;
  private final int[] doneBytes;
  private final int[] results;
  private final int[] fsyncResults;
  private final byte[] awaitedCompletions;
  private final byte[] fruitlessAttempts;
  private final int[] freeSlots;
  private int freeCount;
  private int durableWritesInFlight;
  private long registeredAddress;
  private long registeredBytes;
  private boolean closed;
  private boolean failed;

  private UringDevice(Path path, UringFile file, IoUring ring, int queueDepth) {
    this.file = file;
    this.ring = ring;
    geometry =
        new DeviceGeometry(
            "uring:" + path,
            file.sizeBytes(),
            file.blockSizeBytes(),
            file.blockSizeBytes(),
            MAX_TRANSFER_BYTES,
            file.blockSizeBytes(),
            queueDepth,
            file.volatileCache());
    operations = new byte[queueDepth];
    offsets = new long[queueDepth];
    addresses = new long[queueDepth];
    lengths = new long[queueDepth];
    tags = new long[queueDepth];
    doneBytes = new int[queueDepth];
    results = new int[queueDepth];
    fsyncResults = new int[queueDepth];
    awaitedCompletions = new byte[queueDepth];
    fruitlessAttempts = new byte[queueDepth];
    freeSlots = new int[queueDepth];
    for (int slot = queueDepth - 1; slot >= 0; slot--) {
      freeSlots[freeCount++] = slot;
    }
  }

  /** Opens with {@link #DEFAULT_QUEUE_DEPTH}. */
  public static UringDevice open(Path path) {
    return open(path, DEFAULT_QUEUE_DEPTH);
  }

  /**
   * Opens and locks a block device or a regular file.
   *
   * @param queueDepth most requests in flight, 1 to {@link #MAX_QUEUE_DEPTH}
   * @throws DeviceException when it is absent, in use, refused, or there is no io_uring; the
   *     message says what to do
   */
  public static UringDevice open(Path path, int queueDepth) {
    if (queueDepth < 1 || queueDepth > MAX_QUEUE_DEPTH) {
      throw new IllegalArgumentException(
          "The queue depth must be 1 to " + MAX_QUEUE_DEPTH + ", not " + queueDepth);
    }
    UringFile file = UringFile.open(path);
    try {
      // Room for every request to be a write with an fsync behind it.
      IoUring ring = new IoUring(queueDepth * 2);
      int registered = ring.registerFile(file.fd());
      if (registered < 0) {
        ring.close();
        throw new IllegalStateException(
            "Cannot register the file with io_uring: " + Errno.describe(-registered));
      }
      return new UringDevice(path, file, ring, queueDepth);
    } catch (IllegalStateException e) {
      file.close();
      throw new DeviceException("Cannot open uring:" + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Creates a regular file to serve as a device, with all its space reserved; durable when this
   * returns.
   *
   * @param sizeBytes a multiple of 4 KiB
   * @throws DeviceException when it exists already, or there is not the space; then nothing is left
   */
  public static void create(Path path, long sizeBytes) {
    DeviceFile.create(path, sizeBytes);
  }

  /** Whether the page cache is bypassed; where not, the caller should warn: it is slow. */
  public boolean directIo() {
    return file.directIo();
  }

  @Override
  public boolean gainsFromDiscards() {
    return file.blockDevice();
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
    return accept(refusal, kindOfWrite(flags), offsetBytes, address, lengthBytes, tag);
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
    int delivered = 0;
    if (!closed && !failed && !ring.hasCompletion()) {
      checkEntered(ring.collect());
    }
    while (!closed && delivered < limit && ring.hasCompletion()) {
      int slot = takeCompletion();
      if (slot >= 0) {
        delivered++;
        handler.onCompletion(tags[slot], results[slot]);
      }
    }
    if (!closed && !failed && ring.unsubmitted() > 0) {
      checkEntered(ring.submit());
    }
    return delivered;
  }

  @Override
  public void await(long timeoutNs) {
    if (!closed
        && !failed
        && inFlight() > 0
        && !(ring.hasCompletion() && ring.unsubmitted() == 0)) {
      checkEntered(
          timeoutNs == Long.MAX_VALUE ? ring.submitAndWait() : ring.submitAndWait(timeoutNs));
    }
  }

  @Override
  public boolean registerMemory(long address, long lengthBytes) {
    if (closed || registeredBytes > 0 || ring.registerMemory(address, lengthBytes) < 0) {
      return false;
    }
    registeredAddress = address;
    registeredBytes = lengthBytes;
    return true;
  }

  @Override
  public int inFlight() {
    return tags.length - freeCount;
  }

  @Override
  public int completionFd() {
    return closed ? -1 : ring.fd();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      while (inFlight() > 0 && !failed) {
        if (ring.hasCompletion()) {
          takeCompletion();
        } else {
          checkEntered(ring.submitAndWait());
        }
      }
    } finally {
      ring.unregisterFile();
      ring.close();
      file.close();
    }
  }

  /**
   * Measured: one durable write at a time is fastest with an fsync linked behind it, many at once
   * with RWF_DSYNC.
   */
  private byte kindOfWrite(int flags) {
    if ((flags & FUA) == 0 || !geometry.volatileCache()) {
      return WRITE;
    }
    return durableWritesInFlight == 0 ? WRITE_LINKED_FSYNC : WRITE_DSYNC;
  }

  private static boolean isDurableWrite(byte operation) {
    return operation == WRITE_DSYNC || operation == WRITE_LINKED_FSYNC;
  }

  private int accept(
      int refusal, byte operation, long offsetBytes, long address, long lengthBytes, long tag) {
    if (closed || failed) {
      return CLOSED;
    }
    if (refusal < 0) {
      return refusal;
    }
    if (freeCount == 0) {
      return QUEUE_FULL;
    }
    int slot = freeSlots[--freeCount];
    operations[slot] = operation;
    offsets[slot] = offsetBytes;
    addresses[slot] = address;
    lengths[slot] = lengthBytes;
    tags[slot] = tag;
    doneBytes[slot] = 0;
    fruitlessAttempts[slot] = 0;
    if (isDurableWrite(operation)) {
      durableWritesInFlight++;
    }
    start(slot);
    if (ring.unsubmitted() >= PUSHED_AT_ONCE) {
      // What is not taken now, or an error, is the next poll's.
      ring.submit();
    }
    return ACCEPTED;
  }

  /** Puts what is left of the request into the ring. */
  private void start(int slot) {
    awaitedCompletions[slot] = 1;
    switch (operations[slot]) {
      case READ ->
          transfer(slot, isRegistered(slot) ? IoUring.OP_READ_FIXED : IoUring.OP_READ, 0, 0);
      case WRITE ->
          transfer(slot, isRegistered(slot) ? IoUring.OP_WRITE_FIXED : IoUring.OP_WRITE, 0, 0);
      case WRITE_DSYNC -> transfer(slot, IoUring.OP_WRITE, 0, IoUring.RWF_DSYNC);
      case WRITE_LINKED_FSYNC -> {
        awaitedCompletions[slot] = 2;
        transfer(slot, IoUring.OP_WRITE, IoUring.SQE_IO_LINK, 0);
        fsync((long) slot << 1 | LINKED_FSYNC);
      }
      case FLUSH -> fsync((long) slot << 1);
      case DISCARD ->
          // For fallocate the length goes where the address is, and the mode where the length is.
          prepare(
              IoUring.OP_FALLOCATE,
              0,
              offsets[slot],
              lengths[slot],
              Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_KEEP_SIZE,
              0,
              (long) slot << 1);
      default -> throw new AssertionError("operation " + operations[slot]);
    }
  }

  private void transfer(int slot, int operation, int entryFlags, int operationFlags) {
    int done = doneBytes[slot];
    prepare(
        operation,
        entryFlags,
        offsets[slot] + done,
        addresses[slot] + done,
        (int) lengths[slot] - done,
        operationFlags,
        (long) slot << 1);
  }

  private boolean isRegistered(int slot) {
    long at = addresses[slot] - registeredAddress;
    return at >= 0 && at + lengths[slot] <= registeredBytes;
  }

  private void fsync(long userData) {
    prepare(IoUring.OP_FSYNC, 0, 0, 0, 0, IoUring.FSYNC_DATASYNC, userData);
  }

  private void prepare(
      int operation,
      int entryFlags,
      long offset,
      long address,
      int length,
      int operationFlags,
      long userData) {
    boolean prepared =
        ring.prepare(
            operation,
            entryFlags | IoUring.SQE_FIXED_FILE,
            0,
            offset,
            address,
            length,
            operationFlags,
            userData);
    if (!prepared) {
      throw new AssertionError("The ring has room for two entries of every slot");
    }
  }

  /** Takes one completion off the ring; the slot whose request it ended, or -1. */
  private int takeCompletion() {
    int slot = (int) (ring.userData() >>> 1);
    if ((ring.userData() & LINKED_FSYNC) != 0) {
      fsyncResults[slot] = ring.result();
    } else {
      results[slot] = ring.result();
    }
    ring.advance();
    if (--awaitedCompletions[slot] > 0 || !settle(slot)) {
      return -1;
    }
    if (isDurableWrite(operations[slot])) {
      durableWritesInFlight--;
    }
    freeSlots[freeCount++] = slot;
    return slot;
  }

  /** Whether the request has ended, with its result in place; if not, it was started again. */
  private boolean settle(int slot) {
    int result = results[slot];
    if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
      return !startAgain(slot, 0, result);
    }
    if (operations[slot] == DISCARD) {
      // A hint, which not every disk or file system takes.
      results[slot] = result == -Errno.EOPNOTSUPP ? 0 : result;
      return true;
    }
    if (operations[slot] == FLUSH || result < 0) {
      return true;
    }
    if (result < lengths[slot] - doneBytes[slot]) {
      // Direct I/O goes on at a block's beginning only.
      return !startAgain(slot, result & -geometry.blockSizeBytes(), -Errno.EIO);
    }
    boolean fsyncFailed = operations[slot] == WRITE_LINKED_FSYNC && fsyncResults[slot] < 0;
    results[slot] = fsyncFailed ? fsyncResults[slot] : (int) lengths[slot];
    return true;
  }

  private boolean startAgain(int slot, int progressBytes, int resultWhenFruitless) {
    if (progressBytes == 0 && ++fruitlessAttempts[slot] >= MAX_FRUITLESS_ATTEMPTS) {
      results[slot] = resultWhenFruitless;
      return false;
    }
    doneBytes[slot] += progressBytes;
    start(slot);
    return true;
  }

  private void checkEntered(int result) {
    if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN && result != -Errno.EBUSY) {
      failed = true;
      throw new DeviceException(
          geometry.name()
              + " has failed: io_uring_enter answered "
              + Errno.describe(-result)
              + "; close it and open it anew");
    }
  }
}
