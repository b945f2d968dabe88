package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.memory.BufferPool;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** A device with memory, and with calls that wait. */
public final class DeviceHarness implements BlockDevice.CompletionHandler, AutoCloseable {

  /** One step of a random workload, in units of 4 KiB. */
  record Operation(Kind kind, int unit, int units, int seed) {
    enum Kind {
      READ,
      WRITE,
      DURABLE_WRITE,
      FLUSH,
      DISCARD
    }
  }

  private static final long WAITING_TAG = 0x5eed;

  public final BlockDevice device;

  /** Makes completions count and nothing else, so that the harness allocates nothing. */
  boolean countOnly;

  private final BufferPool pool = new BufferPool(8 << 20);
  private final Map<Long, Integer> results = new HashMap<>();
  private int completions;

  public DeviceHarness(BlockDevice device) {
    this.device = device;
  }

  @Override
  public void onCompletion(long tag, int result) {
    completions++;
    if (countOnly) {
      if (result < 0) {
        throw new AssertionError("request " + tag + " ended with " + result);
      }
    } else {
      results.put(tag, result);
    }
  }

  public long buffer(int lengthBytes) {
    long address = pool.acquire(lengthBytes);
    if (address == BufferPool.EXHAUSTED) {
      throw new AssertionError("The harness has too little memory");
    }
    return address;
  }

  void release(long address) {
    pool.release(address);
  }

  public void fillRandom(long address, int lengthBytes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < lengthBytes; i += Long.BYTES) {
      Memory.putLong(address + i, random.nextLong());
    }
  }

  public int completions() {
    return completions;
  }

  public int resultOf(long tag) {
    Integer result = results.remove(tag);
    if (result == null) {
      throw new AssertionError("No completion with tag " + tag);
    }
    return result;
  }

  public void drain() {
    while (device.inFlight() > 0) {
      if (device.poll(this, Integer.MAX_VALUE) == 0) {
        relax();
      }
    }
  }

  public void relax() {
    LockSupport.parkNanos(1_000);
  }

  public int read(long offsetBytes, long address, int lengthBytes) {
    return waitFor(device.read(offsetBytes, address, lengthBytes, WAITING_TAG));
  }

  public int write(long offsetBytes, long address, int lengthBytes, int flags) {
    return waitFor(device.write(offsetBytes, address, lengthBytes, flags, WAITING_TAG));
  }

  public int flush() {
    return waitFor(device.flush(WAITING_TAG));
  }

  public int discard(long offsetBytes, long lengthBytes) {
    return waitFor(device.discard(offsetBytes, lengthBytes, WAITING_TAG));
  }

  @Override
  public void close() {
    device.close();
    pool.close();
  }

  private int waitFor(int answer) {
    if (answer != BlockDevice.ACCEPTED) {
      throw new AssertionError("The device refused a request with " + answer);
    }
    drain();
    return resultOf(WAITING_TAG);
  }
}
