package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * A device in front of another: by itself it changes nothing. Subclasses step in when a request is
 * submitted and when the inner device has completed it.
 */
public abstract class FilterDevice implements BlockDevice {

  private record Ended(long tag, int result) {}

  private final BlockDevice inner;
  private final Map<Long, DeviceRequest> passed = new HashMap<>();
  private final ArrayDeque<Ended> ended = new ArrayDeque<>();
  private DeviceRequest awaited;
  private long nextId;
  private boolean closed;

  /** In front of this device, which it owns from now on. */
  protected FilterDevice(BlockDevice inner) {
    this.inner = inner;
  }

  /** A valid request arrives; the answer goes to the caller. */
  int submit(DeviceRequest request) {
    return pass(request);
  }

  /** The inner device has completed a request. */
  void completed(DeviceRequest request, int result) {
    end(request, result);
  }

  /** Time passes: called once per poll, before the inner device is polled. */
  void tick() {}

  /** Requests that were accepted, and neither passed on nor ended. */
  int held() {
    return 0;
  }

  /** The device is closed for good; the inner one still works. */
  void onClose() {}

  /** Hands a request to the inner device. */
  final int pass(DeviceRequest request) {
    long id = nextId++;
    int lengthBytes = (int) request.lengthBytes;
    int answer =
        switch (request.kind) {
          case READ -> inner.read(request.offsetBytes, request.address, lengthBytes, id);
          case WRITE ->
              inner.write(request.offsetBytes, request.address, lengthBytes, request.flags, id);
          case FLUSH -> inner.flush(id);
          case DISCARD -> inner.discard(request.offsetBytes, request.lengthBytes, id);
        };
    if (answer == ACCEPTED) {
      passed.put(id, request);
    }
    return answer;
  }

  /** Completes a request; the caller learns of it when it polls. */
  final void end(DeviceRequest request, int result) {
    ended.add(new Ended(request.tag, result));
  }

  /** Requests that have ended, and whose caller does not know it yet. */
  final int undelivered() {
    return ended.size();
  }

  /** Requests that are with the inner device. */
  final int passedOn() {
    return passed.size();
  }

  /** The device behind. */
  final BlockDevice inner() {
    return inner;
  }

  @Override
  public DeviceGeometry geometry() {
    return inner.geometry();
  }

  @Override
  public final int read(long offsetBytes, long address, int lengthBytes, long tag) {
    return accept(new DeviceRequest(Kind.READ, offsetBytes, lengthBytes, address, 0, tag));
  }

  @Override
  public final int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    return accept(new DeviceRequest(Kind.WRITE, offsetBytes, lengthBytes, address, flags, tag));
  }

  @Override
  public final int flush(long tag) {
    return accept(new DeviceRequest(Kind.FLUSH, 0, 0, 0, 0, tag));
  }

  @Override
  public final int discard(long offsetBytes, long lengthBytes, long tag) {
    return accept(new DeviceRequest(Kind.DISCARD, offsetBytes, lengthBytes, 0, 0, tag));
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    if (closed) {
      return 0;
    }
    tick();
    collect(limit);
    int delivered = 0;
    while (delivered < limit && !ended.isEmpty()) {
      Ended next = ended.remove();
      delivered++;
      handler.onCompletion(next.tag, next.result);
    }
    return delivered;
  }

  @Override
  public int inFlight() {
    return passed.size() + ended.size() + held();
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    onClose();
    inner.close();
    passed.clear();
    ended.clear();
  }

  /** Collects what the inner device has completed. */
  final int collect(int limit) {
    return inner.poll(this::onInnerCompletion, limit);
  }

  /** Writes to the inner device and waits; what else it completes meanwhile is not lost. */
  final void writeNow(long offsetBytes, byte[] data) {
    long memory = Memory.allocate(data.length);
    try {
      Memory.put(memory, data, 0, data.length);
      awaited = new DeviceRequest(Kind.WRITE, offsetBytes, data.length, memory, 0, 0);
      int answer = pass(awaited);
      while (awaited != null) {
        if (answer == QUEUE_FULL) {
          answer = pass(awaited);
        } else if (answer != ACCEPTED) {
          throw new IllegalStateException("The inner device refuses a write: " + answer);
        }
        collect(1);
      }
    } finally {
      Memory.free(memory, data.length);
    }
  }

  private void onInnerCompletion(long id, int result) {
    DeviceRequest request = passed.remove(id);
    if (request == awaited) {
      awaited = null;
    } else {
      completed(request, result);
    }
  }

  private int accept(DeviceRequest request) {
    if (closed) {
      return CLOSED;
    }
    int refusal = request.check(geometry());
    if (refusal != ACCEPTED) {
      return refusal;
    }
    return inFlight() >= geometry().queueDepth() ? QUEUE_FULL : submit(request);
  }
}
