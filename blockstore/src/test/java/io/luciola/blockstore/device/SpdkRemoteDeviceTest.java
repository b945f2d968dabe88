package io.luciola.blockstore.device;

import io.luciola.blockstore.device.spdk.StandInDevices;

/** Small sectors, small transfers, completions in any order. */
class SpdkRemoteDeviceTest extends BlockDeviceContract {

  private StandInDevices devices;
  private long seed;

  @Override
  BlockDevice openDevice() {
    devices = StandInDevices.remote(512, SIZE_BYTES);
    devices.drive().shuffleCompletions(++seed);
    return devices.open(QUEUE_DEPTH);
  }

  @Override
  void removeDevice() {
    devices.close();
  }
}
