package io.luciola.blockstore.device;

import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.NonDurableDevice;

/** A write cache keeps the contract as long as the power stays on. */
class NonDurableDeviceTest extends BlockDeviceContract {

  @Override
  boolean isForTests() {
    return true;
  }

  @Override
  BlockDevice openDevice() {
    return new NonDurableDevice(
        new ImageDevice(new DeviceImage(SIZE_BYTES), 512, true, QUEUE_DEPTH), 2);
  }
}
