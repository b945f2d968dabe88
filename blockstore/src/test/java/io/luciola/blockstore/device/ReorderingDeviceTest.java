package io.luciola.blockstore.device;

import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.ReorderingDevice;

/** A device that delays and reorders keeps the contract. */
class ReorderingDeviceTest extends BlockDeviceContract {

  @Override
  boolean isForTests() {
    return true;
  }

  @Override
  BlockDevice openDevice() {
    return new ReorderingDevice(
        new ImageDevice(new DeviceImage(SIZE_BYTES), 512, true, QUEUE_DEPTH), 1);
  }
}
