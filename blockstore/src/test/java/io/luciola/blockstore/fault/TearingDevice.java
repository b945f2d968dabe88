package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import java.util.Random;

/**
 * Loses power in the middle of a write: of one write only some sectors arrive, at random and not
 * all, and the device is gone then. A fresh wrapper around the inner device is the same device
 * after the restart.
 */
public final class TearingDevice extends FilterDevice {

  private final Random random;
  private long writesBefore;
  private boolean armed;
  private boolean gone;

  /** In front of this device. */
  public TearingDevice(BlockDevice inner, long seed) {
    super(inner);
    random = new Random(seed);
  }

  /** Tears the write after so many more. */
  public void tearAfter(long writes) {
    writesBefore = writes;
    armed = true;
  }

  /** Whether the write was torn and the device is gone. */
  public boolean isGone() {
    return gone;
  }

  @Override
  int submit(DeviceRequest request) {
    if (gone) {
      return CLOSED;
    }
    if (armed && request.kind == DeviceRequest.Kind.WRITE && writesBefore-- == 0) {
      tear(request);
      gone = true;
      end(request, -Errno.EIO);
      return ACCEPTED;
    }
    return pass(request);
  }

  @Override
  void completed(DeviceRequest request, int result) {
    end(request, gone ? -Errno.EIO : result);
  }

  private void tear(DeviceRequest request) {
    int sector = geometry().atomicWriteBytes();
    int sectors = (int) (request.lengthBytes / sector);
    // At least one stays behind, or the write would be whole.
    int missing = random.nextInt(sectors);
    byte[] data = new byte[sector];
    for (int i = 0; i < sectors; i++) {
      if (i != missing && random.nextBoolean()) {
        Memory.get(request.address + (long) i * sector, data, 0, sector);
        writeNow(request.offsetBytes + (long) i * sector, data);
      }
    }
  }
}
