package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.spdk.SpdkLocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceOpenerTest {

  @TempDir Path directory;

  @Test
  void opensMemoryAsTheOptionsSay() {
    DeviceOptions options = new DeviceOptions(7, 512, false);

    try (BlockDevice device = DeviceOpener.open(DeviceSpec.parse("memory:1MiB"), options)) {
      assertEquals(1 << 20, device.geometry().sizeBytes());
      assertEquals(512, device.geometry().blockSizeBytes());
      assertEquals(7, device.geometry().queueDepth());
      assertFalse(device.geometry().volatileCache());
    }
  }

  @Test
  void opensFiles() {
    Path file = directory.resolve("disk");
    UringDevice.create(file, 1 << 20);

    try (BlockDevice device =
        DeviceOpener.open(
            DeviceSpec.parse("uring:" + file), DeviceOptions.defaults().withQueueDepth(3))) {
      assertEquals("uring:" + file, device.geometry().name());
      assertEquals(3, device.geometry().queueDepth());
    }
  }

  @Test
  void saysWhereItLookedForSpdk() {
    SpdkLocator nowhere = new SpdkLocator(Map.of(), Map.of(), List.of(directory));

    String message = refusal("spdk:0000:65:00.0", nowhere);

    assertTrue(message.startsWith("Cannot open spdk:0000:65:00.0: SPDK was not found"), message);
    assertTrue(message.contains(directory.toString()), message);
    assertTrue(message.contains("uring:/dev/nvme0n1"), message);
  }

  @Test
  void saysThatAnSpdkWhichIsThereCannotBeLoaded() throws IOException {
    Path umbrella = directory.resolve("libspdk_umbrella.so");
    Files.write(umbrella, new byte[] {0x7f, 'E', 'L', 'F'});
    SpdkLocator here = new SpdkLocator(Map.of(), Map.of(), List.of(directory));

    String message = refusal("spdk:tcp://host:4420/nqn", here);

    assertTrue(message.contains(umbrella.toString()), message);
    assertTrue(message.contains("cannot be used: "), message);
  }

  private static String refusal(String spec, SpdkLocator locator) {
    return assertThrows(
            DeviceException.class,
            () -> DeviceOpener.open(DeviceSpec.parse(spec), DeviceOptions.defaults(), locator))
        .getMessage();
  }
}
