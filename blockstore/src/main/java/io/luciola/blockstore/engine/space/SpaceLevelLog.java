package io.luciola.blockstore.engine.space;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line per change of level, with what to do about it. */
public final class SpaceLevelLog implements SpaceGauge.Listener {

  private static final Logger LOGGER = LoggerFactory.getLogger(SpaceLevelLog.class);

  private final String deviceName;
  private final int blockBytes;

  /** Names the device in each line. */
  public SpaceLevelLog(String deviceName, int blockBytes) {
    this.deviceName = deviceName;
    this.blockBytes = blockBytes;
  }

  @Override
  public void onLevel(SpaceLevel before, SpaceLevel now, long freeBlocks, int largestFreeOrder) {
    long freeBytes = freeBlocks * blockBytes;
    long largestBytes = largestFreeOrder < 0 ? 0 : (long) blockBytes << largestFreeOrder;
    String format = "{}: space is {} (was {}): {} bytes free, largest free extent {} bytes; {}";
    String advice =
        switch (now) {
          case OK -> "nothing is refused";
          case LOW -> "nothing is refused yet; remove data or add disks";
          case REJECT -> "new chunks are refused, overwriting works; remove data or add disks";
          case FULL -> "only removing and shortening work; remove data";
        };
    if (now == SpaceLevel.OK) {
      LOGGER.info(format, deviceName, now, before, freeBytes, largestBytes, advice);
    } else {
      LOGGER.warn(format, deviceName, now, before, freeBytes, largestBytes, advice);
    }
  }
}
