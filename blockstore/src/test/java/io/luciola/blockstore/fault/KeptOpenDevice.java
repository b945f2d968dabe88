package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;

/** Stays open when it is closed, so that the next owner meets the same device and its faults. */
public final class KeptOpenDevice extends FilterDevice {

  /** In front of this device, which is closed by whoever made it. */
  public KeptOpenDevice(BlockDevice inner) {
    super(inner);
  }

  /** Waits for what is in flight and drops the completions; nothing else. */
  @Override
  public void close() {
    while (inFlight() > 0) {
      poll((tag, result) -> {}, Integer.MAX_VALUE);
    }
  }
}
