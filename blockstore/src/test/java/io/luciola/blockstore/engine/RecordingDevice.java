package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A device whose content outlives close, which completes requests in random order, remembers every
 * write and flush, and can be rebuilt as a power loss at any point would have left it.
 */
final class RecordingDevice implements BlockDevice {

  private static final int BLOCK = 4096;
  private static final int DEPTH = 32;

  private final DeviceGeometry geometry;
  private final Random random;
  private final List<Request> queue = new ArrayList<>();
  private final List<Event> log = new ArrayList<>();
  private byte[] content;
  private byte[] base;
  private int writesLogged;
  int failWritesWith;

  private record Request(
      char kind, long offset, long address, int length, long tag, boolean fua, int writesBefore) {}

  /** A write (data set), or a flush that makes the first so many writes durable. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Event(long offset, byte[] data, boolean fua, int durableWrites) {}

  RecordingDevice(int sizeBytes, boolean volatileCache, long seed) {
    this(new byte[sizeBytes], volatileCache, seed);
  }

  private RecordingDevice(byte[] content, boolean volatileCache, long seed) {
    this.content = content;
    random = new Random(seed);
    geometry =
        new DeviceGeometry(
            "recording", content.length, BLOCK, BLOCK, 64 << 10, BLOCK, DEPTH, volatileCache);
  }

  /** Begins to remember. */
  void record() {
    base = content.clone();
    log.clear();
    writesLogged = 0;
  }

  /** Writes and flushes remembered so far. */
  int position() {
    return log.size();
  }

  byte[] content() {
    return content;
  }

  /** A device without the history, as this one is. */
  RecordingDevice copy(long seed) {
    return new RecordingDevice(content.clone(), geometry.volatileCache(), seed);
  }

  /**
   * A device as a crash after so many events leaves it: what was flushed is there; of each other
   * write, none, some or all blocks.
   */
  RecordingDevice crashedAt(int position, Random choice, boolean withInFlight) {
    byte[] image = base.clone();
    int durable = geometry.volatileCache() ? 0 : Integer.MAX_VALUE;
    for (Event event : log.subList(0, position)) {
      durable = Math.max(durable, event.durableWrites);
    }
    int write = 0;
    int manner = choice.nextInt(4);
    for (Event event : log.subList(0, position)) {
      if (event.data != null) {
        apply(image, event, write++ < durable || event.fua ? 0 : manner, choice);
      }
    }
    if (withInFlight && position < log.size() && log.get(position).data != null) {
      apply(image, log.get(position), 1 + choice.nextInt(3), choice);
    }
    return new RecordingDevice(image, geometry.volatileCache(), choice.nextLong());
  }

  private static void apply(byte[] image, Event event, int manner, Random choice) {
    boolean whole = choice.nextBoolean();
    for (int at = 0; at < event.data.length; at += BLOCK) {
      boolean lands =
          switch (manner) {
            case 0 -> true;
            case 1 -> false;
            case 2 -> whole;
            default -> choice.nextBoolean();
          };
      if (lands) {
        System.arraycopy(event.data, at, image, (int) event.offset + at, BLOCK);
      }
    }
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    return submit('r', offsetBytes, address, lengthBytes, tag, false);
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    return submit('w', offsetBytes, address, lengthBytes, tag, (flags & FUA) != 0);
  }

  @Override
  public int flush(long tag) {
    return submit('f', 0, 0, 0, tag, false);
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    return submit('d', 0, 0, 0, tag, false);
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    int due = queue.isEmpty() ? 0 : 1 + random.nextInt(Math.min(limit, queue.size()));
    for (int i = 0; i < due; i++) {
      Request request = queue.remove(random.nextInt(queue.size()));
      handler.onCompletion(request.tag, carryOut(request));
    }
    return due;
  }

  @Override
  public int inFlight() {
    return queue.size();
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public void close() {
    queue.clear();
  }

  private int submit(char kind, long offset, long address, int length, long tag, boolean fua) {
    if (queue.size() == DEPTH) {
      return QUEUE_FULL;
    }
    if (offset % BLOCK != 0 || address % BLOCK != 0 || length % BLOCK != 0) {
      return BAD_ALIGNMENT;
    }
    if (offset < 0 || offset + length > content.length) {
      return OUT_OF_RANGE;
    }
    queue.add(new Request(kind, offset, address, length, tag, fua, writesLogged));
    return ACCEPTED;
  }

  private int carryOut(Request request) {
    switch (request.kind) {
      case 'r' -> Memory.put(request.address, content, (int) request.offset, request.length);
      case 'w' -> {
        if (failWritesWith != 0) {
          return failWritesWith;
        }
        Memory.get(request.address, content, (int) request.offset, request.length);
        if (base != null) {
          byte[] data = new byte[request.length];
          Memory.get(request.address, data, 0, request.length);
          log.add(new Event(request.offset, data, request.fua, 0));
          writesLogged++;
        }
      }
      default -> {
        if (base != null) {
          log.add(new Event(0, null, false, request.writesBefore));
        }
      }
    }
    return request.length;
  }
}
