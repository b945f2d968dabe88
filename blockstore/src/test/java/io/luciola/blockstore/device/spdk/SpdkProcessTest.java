package io.luciola.blockstore.device.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.spdk.SpdkLocator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SPDK as the whole process has it. */
class SpdkProcessTest {

  private static final SpdkLocator NOWHERE = new SpdkLocator(Map.of(), Map.of(), List.of());

  private final StandInDevices devices = StandInDevices.local(512, 1 << 20);

  @AfterEach
  void close() {
    SpdkProcess.use(null, Set.of());
    devices.close();
  }

  @Test
  void devicesAreOpenedThroughTheOneThatRuns() {
    SpdkProcess.use(devices.drives(), Set.of(devices.drive().id().address()));
    DeviceOpener.expect(List.of(devices.spec(0)), NOWHERE);

    try (BlockDevice device =
        DeviceOpener.open(devices.spec(0), DeviceOptions.defaults().withQueueDepth(5), NOWHERE)) {
      assertEquals(devices.spec(0).toString(), device.geometry().name());
      assertEquals(5, device.geometry().queueDepth());
    }
  }

  @Test
  void aDriveThatSpdkWasNotStartedForNeedsARestart() {
    SpdkProcess.use(devices.drives(), Set.of("0000:01:00.0", "0000:02:00.0"));

    String message =
        assertThrows(
                DeviceException.class,
                () -> DeviceOpener.open(devices.spec(0), DeviceOptions.defaults(), NOWHERE))
            .getMessage();

    assertTrue(message.startsWith("Cannot open " + devices.spec(0) + ": "), message);
    assertTrue(message.contains("(0000:01:00.0, 0000:02:00.0)"), message);
    assertTrue(message.contains("restart the process"), message);
  }

  @Test
  void namesAllDevicesThatMissIt() {
    List<DeviceSpec> specs =
        List.of(
            DeviceSpec.parse("memory:1MiB"),
            DeviceSpec.parse("spdk:0000:65:00.0/1"),
            DeviceSpec.parse("spdk:tcp://host:4420/nqn"));

    String message =
        assertThrows(DeviceException.class, () -> DeviceOpener.expect(specs, NOWHERE)).getMessage();

    assertTrue(
        message.startsWith(
            "Cannot open spdk:0000:65:00.0/1, spdk:tcp://host:4420/nqn: SPDK was not found"),
        message);
    DeviceOpener.expect(specs.subList(0, 1), NOWHERE);
  }
}
