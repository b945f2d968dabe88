package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A real drive, through a real SPDK: the one that the environment variable {@value #TARGET} names,
 * as {@code 0000:65:00.0} or {@code tcp://host:port/nqn}. Its first 64 MiB are overwritten.
 */
public final class RealDrive {

  /** Names the drive. */
  public static final String TARGET = "LUCIOLA_SPDK_TEST_TARGET";

  private RealDrive() {}

  /** Opens it; ends the test, as not for this machine, where none is named. */
  public static BlockDevice open(int queueDepth) {
    String target = System.getenv(TARGET);
    assumeTrue(target != null, TARGET + " names no drive that may be overwritten");
    return DeviceOpener.open(
        DeviceSpec.parse("spdk:" + target), DeviceOptions.defaults().withQueueDepth(queueDepth));
  }
}
