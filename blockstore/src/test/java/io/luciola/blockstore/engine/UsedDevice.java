package io.luciola.blockstore.engine;

import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;

/**
 * A device with a past: chunks of many sizes that were written, overwritten, cut, punched, replaced
 * and removed, some updates pending. As it was in between, as a killed process leaves it, and as an
 * orderly end leaves it.
 */
public final class UsedDevice {

  /** The target of all chunks. */
  public static final long TARGET = EngineFixture.TARGET;

  private static final int BLOCK = 4096;
  private static final int DEVICE_BYTES = 48 << 20;
  private static final int CHUNKS = 40;
  private static final int MAX_CAPACITY = 256 << 10;

  private final Random random;
  private final long[] versions = new long[CHUNKS];
  private final int[] lengths = new int[CHUNKS];
  private final boolean[] pending = new boolean[CHUNKS];
  private final List<DeviceImage> past = new ArrayList<>();
  private final DeviceImage killed;
  private final NavigableMap<Long, String> liveInKilled;
  private final DeviceImage closed;
  private final NavigableMap<Long, String> liveInClosed;

  /** Makes one. */
  public UsedDevice(long seed) {
    random = new Random(seed);
    DeviceImage image = new DeviceImage(DEVICE_BYTES);
    EngineOptions options = EngineOptions.defaults("test").withScrubBytesPerSecond(0);
    try (EngineFixture fixture = new EngineFixture(device(image), options).withTarget(1 << 30)) {
      for (int step = 0; step < 900; step++) {
        act(fixture, random.nextInt(CHUNKS));
        if (step % 100 == 99) {
          settle(fixture);
          past.add(image.copy());
        }
      }
      settle(fixture);
      killed = image.copy();
      liveInKilled = LiveBlocks.of(fixture.engine, killed);
    }
    closed = image.copy();
    DeviceImage reopened = closed.copy();
    try (EngineFixture fixture = new EngineFixture(device(reopened), options)) {
      liveInClosed = LiveBlocks.of(fixture.engine, closed);
    }
  }

  /** What was on the device earlier. */
  public List<DeviceImage> past() {
    return past;
  }

  /** What is on it when the process is killed. */
  public DeviceImage killed() {
    return killed;
  }

  /** Its live blocks. */
  public NavigableMap<Long, String> liveInKilled() {
    return liveInKilled;
  }

  /** What is on it when the engine is closed. */
  public DeviceImage closed() {
    return closed;
  }

  /** Its live blocks. */
  public NavigableMap<Long, String> liveInClosed() {
    return liveInClosed;
  }

  /** A device with this content. */
  public static ImageDevice device(DeviceImage image) {
    return new ImageDevice(image, BLOCK, true);
  }

  private void settle(EngineFixture fixture) {
    if (fixture.sync() != EngineStatus.OK) {
      throw new AssertionError("sync failed");
    }
    for (int idle = 0; idle < 10; ) {
      idle = fixture.engine.doWork() == 0 ? idle + 1 : 0;
    }
  }

  private void act(EngineFixture fixture, int chunk) {
    if (pending[chunk]) {
      end(fixture, chunk);
      return;
    }
    long version = versions[chunk] + 1;
    int capacity = 4096 << (2 * (chunk % 4));
    int kind = versions[chunk] == 0 ? ChunkUpdate.WRITE : 1 + random.nextInt(6);
    int length = 1 + random.nextInt(random.nextInt(3) > 0 ? capacity : Math.min(capacity, 9000));
    int offset = random.nextInt(capacity - length + 1);
    byte[] data = new byte[0];
    int after = lengths[chunk];
    switch (kind) {
      case ChunkUpdate.WRITE -> {
        if (random.nextBoolean()) {
          offset = Math.min(lengths[chunk], capacity - length);
        }
        data = bytes(length);
        after = Math.max(after, offset + length);
      }
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> {
        offset = 0;
        data = bytes(length);
        after = length;
      }
      case ChunkUpdate.TRUNCATE -> after = offset;
      case ChunkUpdate.PUNCH -> {
        if (lengths[chunk] < 2) {
          return;
        }
        offset = random.nextInt(lengths[chunk] - 1);
        data = new byte[1 + random.nextInt(lengths[chunk] - offset)];
      }
      default -> {
        if (random.nextInt(4) > 0) {
          return;
        }
        offset = 0;
      }
    }
    int status = fixture.prepare(kind, chunk, version, MAX_CAPACITY, offset, data);
    if (status != EngineStatus.OK) {
      throw new AssertionError("kind " + kind + ": " + EngineStatus.name(status));
    }
    if (random.nextInt(10) == 0 && fixture.engine.discardPending(TARGET, 0, chunk, version) == 0) {
      return;
    }
    lengths[chunk] = after;
    versions[chunk] = kind == ChunkUpdate.REMOVE ? 0 : version;
    if (kind == ChunkUpdate.REMOVE) {
      lengths[chunk] = 0;
      fixture.commit(chunk, version);
    } else if (random.nextInt(4) == 0) {
      pending[chunk] = true;
    } else {
      end(fixture, chunk);
    }
  }

  private void end(EngineFixture fixture, int chunk) {
    if (fixture.commit(chunk, versions[chunk]) != EngineStatus.OK) {
      throw new AssertionError("chunk " + chunk + " cannot be committed");
    }
    pending[chunk] = false;
  }

  private byte[] bytes(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }
}
