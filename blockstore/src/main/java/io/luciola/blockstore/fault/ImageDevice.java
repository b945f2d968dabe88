package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import java.util.ArrayDeque;

/**
 * A device on a {@link DeviceImage}, which outlives it. Requests are carried out in order, when
 * they are polled. A discarded range is full of {@link #DISCARDED}, so that nobody relies on zeros.
 */
public final class ImageDevice implements BlockDevice {

  /** What a discarded byte reads as. */
  public static final byte DISCARDED = (byte) 0xD5;

  private static final int MAX_TRANSFER_BYTES = 1 << 20;
  private static final int QUEUE_DEPTH = 32;

  private final DeviceImage image;
  private final DeviceGeometry geometry;
  private final ArrayDeque<DeviceRequest> queue = new ArrayDeque<>();
  private boolean closed;

  /** A device whose writes are atomic by block. */
  public ImageDevice(DeviceImage image, int blockSizeBytes, boolean volatileCache) {
    this(image, blockSizeBytes, volatileCache, QUEUE_DEPTH);
  }

  /** The same with another queue depth. */
  public ImageDevice(DeviceImage image, int blockSizeBytes, boolean volatileCache, int queueDepth) {
    this.image = image;
    geometry =
        new DeviceGeometry(
            "image",
            image.sizeBytes(),
            blockSizeBytes,
            blockSizeBytes,
            MAX_TRANSFER_BYTES,
            blockSizeBytes,
            queueDepth,
            volatileCache);
  }

  /** What is on the device now. */
  public DeviceImage image() {
    return image;
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    return accept(new DeviceRequest(Kind.READ, offsetBytes, lengthBytes, address, 0, tag));
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    return accept(new DeviceRequest(Kind.WRITE, offsetBytes, lengthBytes, address, flags, tag));
  }

  @Override
  public int flush(long tag) {
    return accept(new DeviceRequest(Kind.FLUSH, 0, 0, 0, 0, tag));
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    return accept(new DeviceRequest(Kind.DISCARD, offsetBytes, lengthBytes, 0, 0, tag));
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    int due = Math.min(limit, queue.size());
    for (int i = 0; i < due && !queue.isEmpty(); i++) {
      DeviceRequest request = queue.remove();
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
    while (!queue.isEmpty()) {
      carryOut(queue.remove());
    }
    closed = true;
  }

  private int accept(DeviceRequest request) {
    if (closed) {
      return CLOSED;
    }
    int refusal = request.check(geometry);
    if (refusal != ACCEPTED) {
      return refusal;
    }
    if (queue.size() == geometry.queueDepth()) {
      return QUEUE_FULL;
    }
    queue.add(request);
    return ACCEPTED;
  }

  private int carryOut(DeviceRequest request) {
    switch (request.kind) {
      case READ -> image.readTo(request.address, request.offsetBytes, request.lengthBytes);
      case WRITE -> image.writeFrom(request.address, request.offsetBytes, request.lengthBytes);
      case DISCARD -> {
        image.fill(request.offsetBytes, request.lengthBytes, DISCARDED);
        return 0;
      }
      case FLUSH -> {
        return 0;
      }
    }
    return (int) request.lengthBytes;
  }
}
