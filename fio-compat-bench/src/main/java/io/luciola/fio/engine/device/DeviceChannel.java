package io.luciola.fio.engine.device;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.ChannelMemory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.IoChannel;

/** A job's way to its device. */
final class DeviceChannel implements IoChannel, BlockDevice.CompletionHandler {

  private final BlockDevice device;
  private final ChannelMemory memory = new ChannelMemory();

  // Requests that the device refuses for good complete with the error, at the next poll.
  private final long[] refusedTags;
  private final int[] refusals;
  private int refused;

  private Completion receiver = (tag, result) -> {};

  DeviceChannel(BlockDevice device, int depth) {
    this.device = device;
    refusedTags = new long[depth];
    refusals = new int[depth];
  }

  @Override
  public long allocate(long lengthBytes) {
    long address = memory.allocate(lengthBytes);
    // Where it makes no difference, all works as without.
    device.registerMemory(address, lengthBytes);
    return address;
  }

  @Override
  public int submit(
      Direction direction,
      int fileIndex,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    return answer(
        switch (direction) {
          case READ -> device.read(offsetBytes, address, lengthBytes, tag);
          case WRITE -> device.write(offsetBytes, address, lengthBytes, 0, tag);
          case TRIM -> device.discard(offsetBytes, lengthBytes, tag);
        },
        tag);
  }

  @Override
  public int sync(int fileIndex, boolean dataOnly, long tag) {
    return answer(device.flush(tag), tag);
  }

  private int answer(int accepted, long tag) {
    if (accepted == BlockDevice.ACCEPTED) {
      return ACCEPTED;
    }
    if (accepted == BlockDevice.QUEUE_FULL || refused == refusals.length) {
      return FULL;
    }
    refusedTags[refused] = tag;
    refusals[refused++] =
        switch (accepted) {
          case BlockDevice.BAD_ALIGNMENT -> -Errno.EINVAL;
          case BlockDevice.OUT_OF_RANGE -> -Errno.ENXIO;
          default -> -Errno.EIO;
        };
    return ACCEPTED;
  }

  @Override
  public void push() {
    // Polling pushes; a device that can take requests one by one has them already.
  }

  @Override
  public int poll(Completion completion, int limit) {
    receiver = completion;
    int delivered = device.poll(this, limit);
    while (refused > 0 && delivered < limit) {
      refused--;
      delivered++;
      completion.onCompletion(refusedTags[refused], refusals[refused]);
    }
    return delivered;
  }

  @Override
  public void onCompletion(long tag, int result) {
    receiver.onCompletion(tag, result);
  }

  @Override
  public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
    int total = poll(completion, limit);
    if (total >= atLeast || device.inFlight() == 0) {
      return total;
    }
    long untilNs = System.nanoTime() + timeoutNs;
    long leftNs = timeoutNs;
    do {
      device.await(leftNs);
      total += poll(completion, limit - total);
      leftNs = untilNs - System.nanoTime();
    } while (total < atLeast && device.inFlight() > 0 && leftNs > 0);
    return total;
  }

  @Override
  public boolean inline() {
    return false;
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }
}
