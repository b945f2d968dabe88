package io.luciola.blockstore.linux;

import java.lang.foreign.Arena;

/**
 * One io_uring: entries go in at the submission queue, come back at the completion queue, and one
 * system call pushes any number of them.
 *
 * <p>For one thread at a time. Where the kernel can, completions interrupt no running thread: they
 * appear with its next system call, or by {@link #collect}. DEFER_TASKRUN was measured and is not
 * used, see decision record 0008. Allocates nothing after construction.
 */
public final class IoUring implements AutoCloseable {

  /** Operation: read at an offset into registered memory. */
  public static final int OP_READ_FIXED = 4;

  /** Operation: write at an offset from registered memory. */
  public static final int OP_WRITE_FIXED = 5;

  /** Operation: make a file durable. */
  public static final int OP_FSYNC = 3;

  /** Operation: reserve or give back space. */
  public static final int OP_FALLOCATE = 17;

  /** Operation: read at an offset. */
  public static final int OP_READ = 22;

  /** Operation: write at an offset. */
  public static final int OP_WRITE = 23;

  /** Entry flag: the descriptor is an index into the registered files. */
  public static final int SQE_FIXED_FILE = 1;

  /** Entry flag: the next entry starts when this one succeeded, and fails when it did not. */
  public static final int SQE_IO_LINK = 4;

  /** Operation flag of {@link #OP_FSYNC}: data, and only the metadata needed to read it. */
  public static final int FSYNC_DATASYNC = 1;

  /** Operation flag of {@link #OP_WRITE}: durable when completed. */
  public static final int RWF_DSYNC = 2;

  private static final int ENTER_GETEVENTS = 1;
  private static final int ENTER_EXT_ARG = 8;
  private static final int REGISTER_BUFFERS = 0;
  private static final int REGISTER_FILES = 2;
  private static final int UNREGISTER_FILES = 3;
  private static final int FEAT_SINGLE_MMAP = 1;
  private static final int FEAT_NODROP = 2;
  private static final int FEAT_EXT_ARG = 1 << 8;
  private static final int SETUP_COOP_TASKRUN = 1 << 8;
  private static final int SETUP_TASKRUN_FLAG = 1 << 9;
  private static final int SQ_TASKRUN = 1 << 2;

  private static final int SQE_BYTES = 64;
  private static final int CQE_BYTES = 16;
  private static final long SQES_MAP_OFFSET = 0x10000000L;

  // struct io_uring_params
  private static final int PARAMETERS_BYTES = 120;
  private static final int SQ_ENTRIES = 0;
  private static final int CQ_ENTRIES = 4;
  private static final int FLAGS = 8;
  private static final int FEATURES = 20;
  private static final int SQ_OFFSETS = 40;
  private static final int CQ_OFFSETS = 80;
  // struct io_sqring_offsets, struct io_cqring_offsets
  private static final int HEAD = 0;
  private static final int TAIL = 4;
  private static final int MASK = 8;
  private static final int SQ_FLAGS = 16;
  private static final int SQ_ARRAY = 24;
  private static final int CQ_CQES = 20;
  // struct io_uring_getevents_arg, and the struct __kernel_timespec that it points to
  private static final int WAIT_TIMEOUT_ADDRESS = 16;
  private static final int WAIT_BYTES = 24;
  private static final int TIMEOUT_SECONDS = WAIT_BYTES;
  private static final int TIMEOUT_NANOS = WAIT_BYTES + 8;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final int fd;
  private final int sqEntries;
  private final int sqMask;
  private final int cqMask;
  private final long ringsAddress;
  private final long ringsBytes;
  private final long sqesAddress;
  private final long sqHeadAddress;
  private final long sqTailAddress;
  private final long sqFlagsAddress;
  private final long cqHeadAddress;
  private final long cqTailAddress;
  private final long cqesAddress;
  private final long waitAddress;

  private int sqTail;
  private int cqHead;
  private boolean closed;

  /**
   * Makes a ring.
   *
   * @param entries most entries between two {@link #submit}s, rounded up to a power of two; twice
   *     as many completions fit
   * @throws IllegalStateException when the kernel refuses; the message says what to do
   */
  public IoUring(int entries) {
    try (Arena arena = Arena.ofConfined()) {
      long parameters = arena.allocate(PARAMETERS_BYTES, Long.BYTES).address();
      // Memory of an arena is zeroed: no flags but these.
      Memory.putInt(parameters + FLAGS, SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG);
      int made = Linux.ioUringSetup(entries, parameters);
      if (made == -Errno.EINVAL) {
        // Before Linux 5.19.
        Memory.putInt(parameters + FLAGS, 0);
        made = Linux.ioUringSetup(entries, parameters);
      }
      fd = made;
      if (fd < 0) {
        throw new IllegalStateException(refusal(-fd));
      }
      int wanted = FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_EXT_ARG;
      if ((Memory.getInt(parameters + FEATURES) & wanted) != wanted) {
        Linux.close(fd);
        throw new IllegalStateException(
            "This kernel's io_uring is too old; Luciola needs Linux 5.11 or newer");
      }
      sqEntries = Memory.getInt(parameters + SQ_ENTRIES);
      int cqEntries = Memory.getInt(parameters + CQ_ENTRIES);
      long sq = parameters + SQ_OFFSETS;
      long cq = parameters + CQ_OFFSETS;
      ringsBytes =
          Math.max(
              Memory.getInt(sq + SQ_ARRAY) + (long) sqEntries * Integer.BYTES,
              Memory.getInt(cq + CQ_CQES) + (long) cqEntries * CQE_BYTES);
      long rings = map(fd, ringsBytes, 0);
      long sqes = rings < 0 ? rings : map(fd, (long) sqEntries * SQE_BYTES, SQES_MAP_OFFSET);
      if (sqes < 0) {
        if (rings > 0) {
          Memory.free(rings, ringsBytes);
        }
        Linux.close(fd);
        throw new IllegalStateException(
            "Cannot map the rings of io_uring: " + Errno.describe((int) -sqes));
      }
      ringsAddress = rings;
      sqesAddress = sqes;
      sqHeadAddress = ringsAddress + Memory.getInt(sq + HEAD);
      sqTailAddress = ringsAddress + Memory.getInt(sq + TAIL);
      sqFlagsAddress = ringsAddress + Memory.getInt(sq + SQ_FLAGS);
      sqMask = Memory.getInt(ringsAddress + Memory.getInt(sq + MASK));
      cqHeadAddress = ringsAddress + Memory.getInt(cq + HEAD);
      cqTailAddress = ringsAddress + Memory.getInt(cq + TAIL);
      cqMask = Memory.getInt(ringsAddress + Memory.getInt(cq + MASK));
      cqesAddress = ringsAddress + Memory.getInt(cq + CQ_CQES);
      // The array that says which entry comes at which place never changes: place i is entry i.
      long array = ringsAddress + Memory.getInt(sq + SQ_ARRAY);
      for (int i = 0; i < sqEntries; i++) {
        Memory.putInt(array + (long) i * Integer.BYTES, i);
      }
      waitAddress = Memory.allocate(Memory.PAGE_BYTES);
      Memory.putLong(waitAddress + WAIT_TIMEOUT_ADDRESS, waitAddress + TIMEOUT_SECONDS);
    }
  }

  /** The ring's descriptor; readable when completions wait. */
  public int fd() {
    return fd;
  }

  /**
   * Registers one file, which entries with {@link #SQE_FIXED_FILE} name by index 0; it costs less
   * per request.
   *
   * @return 0, or a negative errno
   */
  public int registerFile(int fileFd) {
    try (Arena arena = Arena.ofConfined()) {
      long files = arena.allocate(Integer.BYTES, Integer.BYTES).address();
      Memory.putInt(files, fileFd);
      return Linux.ioUringRegister(fd, REGISTER_FILES, files, 1);
    }
  }

  /**
   * Registers one range of memory, once: {@link #OP_READ_FIXED} and {@link #OP_WRITE_FIXED} in it
   * spare the kernel looking up and pinning its pages. The pages stay pinned until {@link #close}.
   *
   * @param lengthBytes at most 1 GiB
   * @return 0, or a negative errno; ENOMEM when the limit of locked memory is too low
   */
  public int registerMemory(long address, long lengthBytes) {
    try (Arena arena = Arena.ofConfined()) {
      long vector = arena.allocate(2 * Long.BYTES, Long.BYTES).address();
      Memory.putLong(vector, address);
      Memory.putLong(vector + Long.BYTES, lengthBytes);
      return Linux.ioUringRegister(fd, REGISTER_BUFFERS, vector, 1);
    }
  }

  /**
   * Lets go of the registered file, which {@link #close} alone does only some time later.
   *
   * @return 0, or a negative errno
   */
  public int unregisterFile() {
    return Linux.ioUringRegister(fd, UNREGISTER_FILES, 0, 0);
  }

  /**
   * Puts an entry into the submission queue; {@link #submit} pushes it.
   *
   * @param operation one of the {@code OP_} constants
   * @param entryFlags {@code SQE_} flags
   * @param fileFd a descriptor, or an index with {@link #SQE_FIXED_FILE}
   * @param length of the transfer, or what the operation keeps there
   * @param operationFlags flags of the operation
   * @param userData handed back with the completion
   * @return false when the queue is full
   */
  public boolean prepare(
      int operation,
      int entryFlags,
      int fileFd,
      long offset,
      long address,
      int length,
      int operationFlags,
      long userData) {
    if (unsubmitted() == sqEntries) {
      return false;
    }
    long sqe = sqesAddress + (long) (sqTail & sqMask) * SQE_BYTES;
    Memory.putLong(sqe, (long) fileFd << 32 | (long) entryFlags << 8 | operation);
    Memory.putLong(sqe + 8, offset);
    Memory.putLong(sqe + 16, address);
    Memory.putLong(sqe + 24, (long) operationFlags << 32 | Integer.toUnsignedLong(length));
    Memory.putLong(sqe + 32, userData);
    Memory.putLong(sqe + 40, 0);
    Memory.putLong(sqe + 48, 0);
    Memory.putLong(sqe + 56, 0);
    sqTail++;
    return true;
  }

  /** Entries prepared which the kernel has not taken. */
  public int unsubmitted() {
    return sqTail - Memory.getIntAcquire(sqHeadAddress);
  }

  /**
   * Pushes all prepared entries with one system call, none when there is nothing to push.
   *
   * @return how many the kernel took, or a negative errno; EINTR, EAGAIN and EBUSY mean: later
   */
  public int submit() {
    int count = publish();
    return count == 0 ? 0 : Linux.ioUringEnter(fd, count, 0, 0);
  }

  /** Pushes all prepared entries, and waits until a completion is there; results as above. */
  public int submitAndWait() {
    return Linux.ioUringEnter(fd, publish(), 1, ENTER_GETEVENTS);
  }

  /**
   * Pushes all prepared entries, and waits until a completion is there or the time is over, all in
   * one system call.
   *
   * @param timeoutNs how long to wait at most, 0 or more
   * @return 0 or more, or a negative errno; EINTR, EAGAIN and EBUSY mean: later
   */
  public int submitAndWait(long timeoutNs) {
    Memory.putLong(waitAddress + TIMEOUT_SECONDS, timeoutNs / NANOS_PER_SECOND);
    Memory.putLong(waitAddress + TIMEOUT_NANOS, timeoutNs % NANOS_PER_SECOND);
    int flags = ENTER_GETEVENTS | ENTER_EXT_ARG;
    if (Linux.ioUringEnter(fd, publish(), 1, flags, waitAddress, WAIT_BYTES)) {
      return 0;
    }
    // Nothing was taken: the time was over, a signal came, or the ring is broken. Ask which.
    return Linux.ioUringEnter(fd, unsubmitted(), 0, ENTER_GETEVENTS);
  }

  /**
   * Lets the kernel deliver the completions that wait in it for this thread's next system call;
   * makes none when there are none.
   *
   * @return 0 or more, or a negative errno
   */
  public int collect() {
    boolean waiting = (Memory.getIntAcquire(sqFlagsAddress) & SQ_TASKRUN) != 0;
    return waiting ? Linux.ioUringEnter(fd, 0, 0, ENTER_GETEVENTS) : 0;
  }

  /** Whether a completion waits; then {@link #userData} and {@link #result} are the oldest's. */
  public boolean hasCompletion() {
    return cqHead != Memory.getIntAcquire(cqTailAddress);
  }

  /** What the entry of the oldest completion was given. */
  public long userData() {
    return Memory.getLong(cqesAddress + (long) (cqHead & cqMask) * CQE_BYTES);
  }

  /** How the oldest completion ended: 0 or more, or a negative errno. */
  public int result() {
    return Memory.getInt(cqesAddress + (long) (cqHead & cqMask) * CQE_BYTES + 8);
  }

  /** Drops the oldest completion. */
  public void advance() {
    cqHead++;
    Memory.putIntRelease(cqHeadAddress, cqHead);
  }

  /** Gives the ring back. Requests in flight may still touch their memory. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Memory.free(waitAddress, Memory.PAGE_BYTES);
      Memory.free(sqesAddress, (long) sqEntries * SQE_BYTES);
      Memory.free(ringsAddress, ringsBytes);
      Linux.close(fd);
    }
  }

  private int publish() {
    Memory.putIntRelease(sqTailAddress, sqTail);
    return unsubmitted();
  }

  private static long map(int fd, long lengthBytes, long offsetBytes) {
    return Linux.mmap(
        0,
        lengthBytes,
        Linux.PROT_READ | Linux.PROT_WRITE,
        Linux.MAP_SHARED | Linux.MAP_POPULATE,
        fd,
        offsetBytes);
  }

  private static String refusal(int errno) {
    String what = "The kernel refuses io_uring (" + Errno.describe(errno) + "): ";
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          what
              + "set 'sysctl kernel.io_uring_disabled=0', and in a container allow io_uring_setup,"
              + " io_uring_enter and io_uring_register in the seccomp profile";
      case Errno.ENOSYS ->
          what
              + "it needs Linux 5.11 or newer with CONFIG_IO_URING, and in a container a seccomp"
              + " profile that allows io_uring_setup, io_uring_enter and io_uring_register";
      case Errno.ENOMEM -> what + "raise the limit of locked memory (ulimit -l)";
      case Errno.EMFILE, Errno.ENFILE -> what + "raise the limit of open files (ulimit -n)";
      default -> what + "check the queue depth, at most 32768 entries fit into a ring";
    };
  }
}
