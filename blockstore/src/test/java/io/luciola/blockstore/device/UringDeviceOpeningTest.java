package io.luciola.blockstore.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luciola.blockstore.linux.CString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UringDeviceOpeningTest {

  @TempDir Path directory;

  @Test
  void createReservesTheWholeSize() throws IOException {
    Path file = directory.resolve("disk");

    UringDevice.create(file, 8 << 20);

    assertEquals(8 << 20, Files.size(file));
    assertTrue(reservedBytes(file) >= 8 << 20, "all space is reserved");
    try (UringDevice device = UringDevice.open(file)) {
      assertEquals(8 << 20, device.geometry().sizeBytes());
      assertEquals(UringDevice.DEFAULT_QUEUE_DEPTH, device.geometry().queueDepth());
    }
  }

  @Test
  void createTouchesNoExistingFile() throws IOException {
    Path file = Files.writeString(directory.resolve("disk"), "precious");

    DeviceException refusal =
        assertThrows(DeviceException.class, () -> UringDevice.create(file, 4096));

    assertTrue(refusal.getMessage().contains("already exists"), refusal.getMessage());
    assertEquals("precious", Files.readString(file));
  }

  @Test
  void createLeavesNothingWhenThereIsNoRoom() {
    Path file = directory.resolve("disk");

    DeviceException refusal =
        assertThrows(DeviceException.class, () -> UringDevice.create(file, 8L << 40));

    assertTrue(refusal.getMessage().contains("8TiB"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("ENOSPC"), refusal.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void refusesASecondOpeningUntilTheFirstIsClosed() {
    Path file = directory.resolve("disk");
    UringDevice.create(file, 1 << 20);

    try (UringDevice first = UringDevice.open(file)) {
      DeviceException refusal = assertThrows(DeviceException.class, () -> UringDevice.open(file));
      assertTrue(refusal.getMessage().contains("already open"), refusal.getMessage());
      assertEquals(0, first.inFlight());
    }
    UringDevice.open(file).close();
  }

  @Test
  void saysWhatIsWrongWithThePath() throws IOException {
    Path absent = directory.resolve("absent");
    Path empty = Files.createFile(directory.resolve("empty"));

    assertTrue(refusal(absent).contains("does not exist"));
    assertTrue(refusal(empty).contains("smaller than one block"));
    assertTrue(refusal(directory).contains("EISDIR"));
    assertTrue(refusal(Path.of("/dev/null")).contains("neither a regular file"));
  }

  @Test
  void refusesAnImpossibleQueueDepth() {
    Path file = directory.resolve("disk");
    UringDevice.create(file, 4096);

    assertThrows(IllegalArgumentException.class, () -> UringDevice.open(file, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> UringDevice.open(file, UringDevice.MAX_QUEUE_DEPTH + 1));
    UringDevice.open(file, UringDevice.MAX_QUEUE_DEPTH).close();
  }

  @Test
  void goesThroughThePageCacheWhereDirectIoIsRefused() {
    assumeTrue(Linux.getuid() == 0, "only root can mount a file system without direct I/O");
    int mounted = mountRamfs();
    assumeTrue(mounted == 0, () -> "cannot mount ramfs: " + Errno.describe(-mounted));
    try {
      Path file = directory.resolve("disk");
      UringDevice.create(file, 1 << 20);
      try (DeviceHarness harness = new DeviceHarness(UringDevice.open(file))) {
        assertFalse(((UringDevice) harness.device).directIo());
        assertTrue(harness.device.geometry().volatileCache());
        long out = harness.buffer(65_536);
        long in = harness.buffer(65_536);
        harness.fillRandom(out, 65_536, 1);
        assertEquals(65_536, harness.write(4096, out, 65_536, BlockDevice.FUA));
        assertEquals(65_536, harness.read(4096, in, 65_536));
        assertTrue(Memory.equal(out, in, 65_536));
        assertEquals(0, harness.discard(0, 4096), "a discard that is not known is no error");
      }
    } finally {
      unmount();
    }
  }

  private static long reservedBytes(Path file) throws IOException {
    Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
    String output = new String(du.getInputStream().readAllBytes(), UTF_8);
    return Long.parseLong(output.substring(0, output.indexOf('\t')));
  }

  private static String refusal(Path path) {
    return assertThrows(DeviceException.class, () -> UringDevice.open(path)).getMessage();
  }

  private int mountRamfs() {
    try (Arena arena = Arena.ofConfined()) {
      long type = CString.in(arena, "ramfs");
      return Linux.mount(type, CString.in(arena, directory.toString()), type, 0, 0);
    }
  }

  private void unmount() {
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(0, Linux.umount2(CString.in(arena, directory.toString()), Linux.MNT_DETACH));
    }
  }
}
