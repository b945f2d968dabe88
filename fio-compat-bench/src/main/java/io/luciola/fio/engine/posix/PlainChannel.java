package io.luciola.fio.engine.posix;

import io.luciola.blockstore.linux.Linux;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.IoChannel;

/** One system call per I/O, done when submitted. */
final class PlainChannel implements IoChannel {

  private static final int PUNCH = Linux.FALLOC_FL_KEEP_SIZE | Linux.FALLOC_FL_PUNCH_HOLE;

  private final int[] fds;
  private final ChannelMemory memory = new ChannelMemory();
  private boolean done;
  private long doneTag;
  private int doneResult;

  PlainChannel(int[] fds) {
    this.fds = fds;
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
    if (done) {
      return FULL;
    }
    int fd = fds[fileIndex];
    long result =
        switch (direction) {
          case READ -> Linux.pread(fd, address, lengthBytes, offsetBytes);
          case WRITE -> Linux.pwrite(fd, address, lengthBytes, offsetBytes);
          case TRIM -> Linux.fallocate(fd, PUNCH, offsetBytes, lengthBytes);
        };
    return complete(tag, (int) result);
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    if (done) {
      return FULL;
    }
    int fd = fds[fileIndex];
    return complete(tag, dataOnly ? Linux.fdatasync(fd) : Linux.fsync(fd));
  }

  private int complete(long tag, int result) {
    done = true;
    doneTag = tag;
    doneResult = result;
    return ACCEPTED;
  }

  @Override
  public void push() {
    // Everything is done when submitted.
  }

  @Override
  public int poll(Completion completion, int limit) {
    if (!done) {
      return 0;
    }
    done = false;
    completion.onCompletion(doneTag, doneResult);
    return 1;
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    return poll(completion, limit);
  }

  @Override
  public boolean inline() {
    return true;
  }

  @Override
  public void close() {
    for (int fd : fds) {
      Linux.close(fd);
    }
    memory.close();
  }
}
