package io.luciola.blockstore.device;

import io.luciola.blockstore.device.spdk.StandInDevices;

/** Memory of the contract is not registered: everything is copied. */
class SpdkLocalDeviceTest extends BlockDeviceContract {

  private StandInDevices devices;

  @Override
  BlockDevice openDevice() {
    devices = StandInDevices.local(4096, SIZE_BYTES);
    devices.drive().setVolatileWriteCache(true).setMaxTransferBytes(1 << 20);
    return devices.open(QUEUE_DEPTH);
  }

  @Override
  void removeDevice() {
    devices.close();
  }
}
