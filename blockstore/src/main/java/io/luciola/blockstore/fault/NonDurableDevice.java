package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A volatile write cache in front of a device: completed writes reach it at random times, at the
 * latest with a flush, and {@link #losePower} decides sector by sector what becomes of the rest.
 * After the non-durable file of FoundationDB's simulator ({@code AsyncFileNonDurable}).
 */
public final class NonDurableDevice extends FilterDevice {

  private static final int ONE_POLL_IN_WRITES_BACK = 4;

  /** Sectors on their way to the inner device, one write-back at a time. */
  private static final class WriteBack {
    final Map<Long, byte[]> sectors;
    final DeviceRequest flush;
    int left;

    WriteBack(Map<Long, byte[]> sectors, DeviceRequest flush) {
      this.sectors = sectors;
      this.flush = flush;
    }
  }

  private final Random random;
  private final int sectorBytes;
  private final TreeMap<Long, byte[]> dirty = new TreeMap<>();
  private final ArrayDeque<DeviceRequest> flushes = new ArrayDeque<>();
  private final IdentityHashMap<DeviceRequest, Map<Long, byte[]>> reads = new IdentityHashMap<>();
  private final ArrayDeque<DeviceRequest> unpassed = new ArrayDeque<>();
  private WriteBack writeBack;
  private boolean lost;
  private boolean closing;

  /** In front of this device. */
  public NonDurableDevice(BlockDevice inner, long seed) {
    super(inner);
    random = new Random(seed);
    sectorBytes = inner.geometry().atomicWriteBytes();
  }

  /**
   * The power goes: each sector that is not durable arrives or does not, at random; what is in
   * flight ends with EIO, new requests get CLOSED. The inner device has what is left.
   */
  public void losePower() {
    lost = true;
    for (DeviceRequest request : unpassed) {
      if (request.kind == DeviceRequest.Kind.WRITE) {
        Memory.free(request.address, sectorBytes);
        long number = request.offsetBytes / sectorBytes;
        dirty.putIfAbsent(number, writeBack.sectors.get(number));
      } else if (reads.remove(request) != null) {
        end(request, -Errno.EIO);
      }
    }
    unpassed.clear();
    while (passedOn() > 0) {
      collect(Integer.MAX_VALUE);
    }
    flushes.forEach(flush -> end(flush, -Errno.EIO));
    flushes.clear();
    if (writeBack != null && writeBack.flush != null) {
      end(writeBack.flush, -Errno.EIO);
    }
    writeBack = null;
    boolean all = random.nextInt(4) == 0;
    boolean none = !all && random.nextInt(3) == 0;
    dirty.forEach(
        (number, data) -> {
          if (all || (!none && random.nextBoolean())) {
            writeNow(number * sectorBytes, data);
          }
        });
    dirty.clear();
  }

  /** Sectors that a loss of power may lose now. */
  public int dirtySectors() {
    return dirty.size() + (writeBack == null ? 0 : writeBack.sectors.size());
  }

  @Override
  public DeviceGeometry geometry() {
    DeviceGeometry inner = inner().geometry();
    return new DeviceGeometry(
        inner.name(),
        inner.sizeBytes(),
        inner.blockSizeBytes(),
        inner.atomicWriteBytes(),
        inner.maxTransferBytes(),
        inner.memoryAlignmentBytes(),
        inner.queueDepth(),
        true);
  }

  @Override
  int submit(DeviceRequest request) {
    if (lost) {
      return CLOSED;
    }
    switch (request.kind) {
      case READ -> {
        reads.put(request, cached(request));
        unpassed.add(request);
        return ACCEPTED;
      }
      case WRITE -> {
        for (long at = 0; at < request.lengthBytes; at += sectorBytes) {
          byte[] sector = new byte[sectorBytes];
          Memory.get(request.address + at, sector, 0, sectorBytes);
          dirty.put((request.offsetBytes + at) / sectorBytes, sector);
        }
        if ((request.flags & FUA) == 0) {
          end(request, (int) request.lengthBytes);
        } else {
          flushes.add(request);
        }
        return ACCEPTED;
      }
      case FLUSH -> {
        flushes.add(request);
        return ACCEPTED;
      }
      case DISCARD -> {
        // What it does is undefined until the next write: nothing is one of the possibilities.
        end(request, 0);
        return ACCEPTED;
      }
    }
    throw new AssertionError(request);
  }

  @Override
  void tick() {
    // A flush takes a random number of polls.
    do {
      if (writeBack == null && (!flushes.isEmpty() || destages())) {
        startWriteBack(flushes.poll());
      }
      passOn();
      collect(Integer.MAX_VALUE);
    } while (writeBack != null && random.nextInt(8) > 0);
  }

  private void passOn() {
    int answer = ACCEPTED;
    while (!unpassed.isEmpty() && answer == ACCEPTED) {
      answer = pass(unpassed.peek());
      if (answer == ACCEPTED) {
        unpassed.remove();
      } else if (answer != QUEUE_FULL) {
        throw new IllegalStateException("The device behind the cache is closed: " + answer);
      }
    }
  }

  @Override
  void completed(DeviceRequest request, int result) {
    if (request.kind == DeviceRequest.Kind.READ) {
      overlay(request, reads.remove(request));
      end(request, result);
      return;
    }
    if (request.kind == DeviceRequest.Kind.FLUSH) {
      DeviceRequest asked = writeBack.flush;
      writeBack = null;
      end(asked, (int) asked.lengthBytes);
      return;
    }
    Memory.free(request.address, sectorBytes);
    if (--writeBack.left == 0 && !lost) {
      endWriteBack();
    }
  }

  @Override
  public int inFlight() {
    // Sectors that are written back count for nobody.
    int flushing = writeBack != null && writeBack.flush != null ? 1 : 0;
    return reads.size() + flushes.size() + flushing + undelivered();
  }

  @Override
  void onClose() {
    closing = true;
    while (!lost && (writeBack != null || !dirty.isEmpty() || !flushes.isEmpty())) {
      if (writeBack == null && flushes.isEmpty()) {
        startWriteBack(null);
      }
      tick();
      collect(Integer.MAX_VALUE);
    }
    writeBack = null;
    reads.clear();
    unpassed.clear();
  }

  private boolean destages() {
    return !dirty.isEmpty() && random.nextInt(ONE_POLL_IN_WRITES_BACK) == 0;
  }

  /** Writes back what a flush needs: everything; without a flush, some sectors. */
  private void startWriteBack(DeviceRequest flush) {
    Map<Long, byte[]> sectors = new HashMap<>();
    dirty.forEach(
        (number, data) -> {
          if (flush != null || closing || random.nextBoolean()) {
            sectors.put(number, data);
          }
        });
    sectors.keySet().forEach(dirty::remove);
    writeBack = new WriteBack(sectors, flush);
    writeBack.left = sectors.size();
    for (Map.Entry<Long, byte[]> sector : new TreeMap<>(sectors).entrySet()) {
      long memory = Memory.allocate(sectorBytes);
      Memory.put(memory, sector.getValue(), 0, sectorBytes);
      unpassed.add(
          new DeviceRequest(
              DeviceRequest.Kind.WRITE,
              sector.getKey() * sectorBytes,
              sectorBytes,
              memory,
              0,
              Long.MIN_VALUE));
    }
    if (sectors.isEmpty()) {
      endWriteBack();
    }
  }

  private void endWriteBack() {
    if (writeBack.flush == null) {
      writeBack = null;
    } else {
      unpassed.add(new DeviceRequest(DeviceRequest.Kind.FLUSH, 0, 0, 0, 0, Long.MIN_VALUE));
    }
  }

  private Map<Long, byte[]> cached(DeviceRequest read) {
    Map<Long, byte[]> found = new HashMap<>();
    long first = read.offsetBytes / sectorBytes;
    long end = (read.offsetBytes + read.lengthBytes) / sectorBytes;
    if (writeBack != null) {
      writeBack.sectors.forEach(
          (number, data) -> {
            if (number >= first && number < end) {
              found.put(number, data);
            }
          });
    }
    found.putAll(dirty.subMap(first, end));
    return found;
  }

  private void overlay(DeviceRequest read, Map<Long, byte[]> sectors) {
    sectors.forEach(
        (number, data) ->
            Memory.put(
                read.address + number * sectorBytes - read.offsetBytes, data, 0, sectorBytes));
  }
}
