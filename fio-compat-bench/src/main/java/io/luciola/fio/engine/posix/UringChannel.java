package io.luciola.fio.engine.posix;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.IoUring;
import io.luciola.blockstore.linux.Linux;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.RingWait;

/** Many I/Os in flight through one io_uring. */
final class UringChannel implements IoChannel {

  private static final int PUNCH = Linux.FALLOC_FL_KEEP_SIZE | Linux.FALLOC_FL_PUNCH_HOLE;
  private static final int REGISTERED = 0;

  private final int[] fds;
  private final IoUring ring;
  private final boolean registered;
  private final RingWait wait;
  private final ChannelMemory memory = new ChannelMemory();
  private int inFlight;

  UringChannel(int[] fds, int depth) throws EngineException {
    this.fds = fds;
    try {
      ring = new IoUring(depth);
    } catch (IllegalStateException refused) {
      throw new EngineException(Errno.ENOSYS, refused.getMessage(), refused);
    }
    registered = fds.length == 1 && ring.registerFile(fds[0]) == 0;
    wait = new RingWait(ring);
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
    return switch (direction) {
      case READ -> queue(IoUring.OP_READ, fileIndex, offsetBytes, address, lengthBytes, 0, tag);
      case WRITE -> queue(IoUring.OP_WRITE, fileIndex, offsetBytes, address, lengthBytes, 0, tag);
      // For fallocate, the entry's address holds the length and its length the mode.
      case TRIM -> queue(IoUring.OP_FALLOCATE, fileIndex, offsetBytes, lengthBytes, PUNCH, 0, tag);
    };
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    int flags = dataOnly ? IoUring.FSYNC_DATASYNC : 0;
    return queue(IoUring.OP_FSYNC, fileIndex, 0, 0, 0, flags, tag);
  }

  private int queue(
      int operation, int file, long offset, long address, int length, int flags, long tag) {
    int entryFlags = registered ? IoUring.SQE_FIXED_FILE : 0;
    int fd = registered ? REGISTERED : fds[file];
    if (!ring.prepare(operation, entryFlags, fd, offset, address, length, flags, tag)) {
      return FULL;
    }
    inFlight++;
    return ACCEPTED;
  }

  @Override
  public void push() {
    // What the kernel does not take now goes with the next call.
    ring.submit();
  }

  @Override
  public int poll(Completion completion, int limit) {
    int delivered = 0;
    while (delivered < limit && ring.hasCompletion()) {
      long tag = ring.userData();
      int result = ring.result();
      ring.advance();
      inFlight--;
      delivered++;
      completion.onCompletion(tag, result);
    }
    return delivered;
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    int delivered = poll(completion, limit);
    while (delivered < atLeast && inFlight > 0) {
      wait.sleep(timeoutNs);
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
    while (inFlight > 0) {
      await((tag, result) -> {}, inFlight, inFlight, RingWait.UNTIMED_NS);
    }
    wait.close();
    ring.close();
    for (int fd : fds) {
      Linux.close(fd);
    }
    memory.close();
  }
}
