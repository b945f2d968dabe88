package io.luciola.blockstore.device;

import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;

/** A device on an image is a device. */
class ImageDeviceTest extends BlockDeviceContract {

  @Override
  boolean isForTests() {
    return true;
  }

  @Override
  BlockDevice openDevice() {
    return new ImageDevice(new DeviceImage(SIZE_BYTES), 512, true, QUEUE_DEPTH);
  }
}
