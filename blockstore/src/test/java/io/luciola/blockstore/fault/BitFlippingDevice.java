package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Memory;
import java.util.IdentityHashMap;
import java.util.Random;

/**
 * Turns over one bit of every so many-th transfer on average, on the way to the device or on the
 * way back, and says nothing.
 */
public final class BitFlippingDevice extends FilterDevice {

  private final Random random;
  private final int oneReadIn;
  private final int oneWriteIn;
  private final IdentityHashMap<DeviceRequest, Long> copies = new IdentityHashMap<>();
  private long flips;

  /**
   * In front of this device.
   *
   * @param oneReadIn one of so many reads brings a wrong bit; 0 for none
   * @param oneWriteIn one of so many writes stores a wrong bit; 0 for none
   */
  public BitFlippingDevice(BlockDevice inner, int oneReadIn, int oneWriteIn, long seed) {
    super(inner);
    this.oneReadIn = oneReadIn;
    this.oneWriteIn = oneWriteIn;
    random = new Random(seed);
  }

  /** How many bits were turned over. */
  public long flips() {
    return flips;
  }

  @Override
  int submit(DeviceRequest request) {
    if (request.kind != DeviceRequest.Kind.WRITE || !chooses(oneWriteIn)) {
      return pass(request);
    }
    // The caller's memory stays as it is.
    long copy = Memory.allocate(request.lengthBytes);
    Memory.copy(request.address, copy, request.lengthBytes);
    flip(copy, (int) request.lengthBytes);
    DeviceRequest wrong = request.withAddress(copy);
    copies.put(wrong, copy);
    return pass(wrong);
  }

  @Override
  void completed(DeviceRequest request, int result) {
    Long copy = copies.remove(request);
    if (copy != null) {
      Memory.free(copy, request.lengthBytes);
    } else if (request.kind == DeviceRequest.Kind.READ && result > 0 && chooses(oneReadIn)) {
      flip(request.address, result);
    }
    end(request, result);
  }

  private boolean chooses(int oneIn) {
    return oneIn > 0 && random.nextInt(oneIn) == 0;
  }

  private void flip(long address, int lengthBytes) {
    long at = address + random.nextInt(lengthBytes);
    Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1 << random.nextInt(8)));
    flips++;
  }
}
