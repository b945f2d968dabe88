package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * Remembers every write with its data, every discard and every flush in a {@link DeviceLog}. Throws
 * an AssertionError when a caller breaks a rule of {@link BlockDevice} that costs data: two writes
 * in flight to the same bytes, or memory that changes while it is being written.
 */
public final class RecordingDevice extends FilterDevice {

  private final IdentityHashMap<DeviceRequest, RecordedWrite> writing = new IdentityHashMap<>();
  private final IdentityHashMap<DeviceRequest, Integer> flushing = new IdentityHashMap<>();
  private DeviceLog log;

  /** In front of this device. */
  public RecordingDevice(BlockDevice inner) {
    super(inner);
    log = new DeviceLog(inner.geometry().volatileCache());
  }

  /** Starts a new log, when nothing is in flight. */
  public DeviceLog begin() {
    if (inFlight() > 0) {
      throw new IllegalStateException("There are requests in flight");
    }
    log = new DeviceLog(geometry().volatileCache());
    return log;
  }

  /** What has happened since {@link #begin}, or from the start; it goes on. */
  public DeviceLog log() {
    return log;
  }

  @Override
  int submit(DeviceRequest request) {
    int answer = pass(request);
    if (answer != ACCEPTED) {
      return answer;
    }
    boolean fua = (request.flags & FUA) != 0;
    switch (request.kind) {
      case WRITE ->
          writing.put(request, log.writeSubmitted(request.offsetBytes, data(request), false, fua));
      case DISCARD -> {
        byte[] discarded = new byte[Math.toIntExact(request.lengthBytes)];
        Arrays.fill(discarded, ImageDevice.DISCARDED);
        writing.put(request, log.writeSubmitted(request.offsetBytes, discarded, true, false));
      }
      case FLUSH -> flushing.put(request, log.flushSubmitted());
      case READ -> {
        // Nothing changes.
      }
    }
    return answer;
  }

  @Override
  void completed(DeviceRequest request, int result) {
    RecordedWrite write = writing.remove(request);
    if (write != null) {
      if (!write.discards && !Arrays.equals(write.data, data(request))) {
        throw new AssertionError("The memory of " + write + " changed while it was in flight");
      }
      if (result >= 0) {
        log.writeCompleted(write);
      }
    }
    Integer flush = flushing.remove(request);
    if (flush != null && result >= 0) {
      log.flushCompleted(flush);
    }
    end(request, result);
  }

  private static byte[] data(DeviceRequest request) {
    byte[] data = new byte[(int) request.lengthBytes];
    Memory.get(request.address, data, 0, data.length);
    return data;
  }
}
