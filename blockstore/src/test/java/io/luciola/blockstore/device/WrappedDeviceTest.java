package io.luciola.blockstore.device;

import io.luciola.blockstore.fault.BitFlippingDevice;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.NonDurableDevice;
import io.luciola.blockstore.fault.ReorderingDevice;
import io.luciola.blockstore.fault.TearingDevice;

/** Wrappers around wrappers, without a fault, keep the contract. */
class WrappedDeviceTest extends BlockDeviceContract {

  @Override
  boolean isForTests() {
    return true;
  }

  @Override
  BlockDevice openDevice() {
    return wrapped();
  }

  private static BlockDevice wrapped() {
    BlockDevice image = new ImageDevice(new DeviceImage(SIZE_BYTES), 4096, false, QUEUE_DEPTH);
    BlockDevice cached = new NonDurableDevice(new ReorderingDevice(image, 3), 4);
    BlockDevice failing = new FailingDevice(new ReorderingDevice(cached, 5));
    return new TearingDevice(new BitFlippingDevice(failing, 0, 0, 6), 7);
  }
}
