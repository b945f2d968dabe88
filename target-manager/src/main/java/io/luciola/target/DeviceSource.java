package io.luciola.target;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;

/** Opens devices. */
@FunctionalInterface
interface DeviceSource {

  /** As this process sees them. */
  DeviceSource OF_THIS_PROCESS = spec -> DeviceOpener.open(spec, DeviceOptions.defaults());

  /**
   * Opens a device.
   *
   * @throws io.luciola.blockstore.device.DeviceException when it cannot
   */
  BlockDevice open(DeviceSpec spec);
}
