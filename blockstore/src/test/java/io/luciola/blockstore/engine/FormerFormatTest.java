package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * A device that the release before wrote, in format 2: twenty chunks in its checkpoint; ten more,
 * an overwrite, a target and a pending update in its journal, where the process was killed.
 */
class FormerFormatTest {

  private static final int DEVICE_BYTES = 16 << 20;

  @Test
  void aDeviceOfTheFormatBeforeIsReadAndGoesOnInThisOne() throws IOException {
    DeviceImage image = former();
    assertEquals(2, versionOf(image, 0));
    CheckReport report = DeviceCheck.run(device(image), true, (what, done, of) -> {});
    assertEquals(0, report.errors(), () -> report.findings().toString());

    try (EngineFixture fixture = new EngineFixture(device(image))) {
      assertArrayEquals(new long[] {3, 4, 5}, fixture.engine.targetIds());
      assertContents(fixture);
      assertEquals(EngineStatus.OK, fixture.commit(30, 1));
      assertEquals(EngineStatus.OK, fixture.engine.removeTarget(4));
    }

    for (int copy = 0; copy < 2; copy++) {
      assertEquals(MetadataHeader.FORMAT_VERSION, versionOf(image, copy));
    }
    CheckReport after = DeviceCheck.run(device(image), true, (what, done, of) -> {});
    assertTrue(after.isClean(), () -> after.findings().toString());
    try (EngineFixture fixture = new EngineFixture(device(image))) {
      assertArrayEquals(new long[] {3, 5}, fixture.engine.targetIds());
      assertContents(fixture);
      assertContent(fixture, 30, content(30, 5000));
      SpaceCheck.check(fixture.engine);
    }
  }

  @Test
  void aCrashBetweenTheFirstSuperblocksOfThisFormatLosesNothing() throws IOException {
    DeviceImage image = former();
    DeviceImage opened = former();
    new EngineFixture(device(opened)).close();
    // Copy 0 is of this format, copy 1 is still of the one before and names its checkpoint.
    long offset = Superblock.offset(1);
    opened.write(offset, image.read(offset, Superblock.BYTES), 0, Superblock.BYTES);
    assertEquals(2, versionOf(opened, 1));
    try (EngineFixture fixture = new EngineFixture(device(opened))) {
      assertContents(fixture);
    }
  }

  private static void assertContents(EngineFixture fixture) {
    assertContent(fixture, 0, content(40, 500), 1000);
    for (int chunk = 1; chunk < 30; chunk++) {
      assertContent(fixture, chunk, content(chunk, 1000 * (chunk + 1)));
    }
  }

  private static void assertContent(EngineFixture fixture, int chunk, byte[] expected) {
    assertContent(fixture, chunk, expected, expected.length);
  }

  private static void assertContent(
      EngineFixture fixture, int chunk, byte[] begin, int lengthBytes) {
    assertEquals(lengthBytes, fixture.read(chunk, ChunkEngine.COMMITTED, 0, 1 << 16));
    assertArrayEquals(begin, fixture.bytes(begin.length));
  }

  private static byte[] content(int chunk, int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (i / 64 * 7 + chunk);
    }
    return data;
  }

  private static int versionOf(DeviceImage image, int copy) {
    long memory = Memory.allocate(Superblock.BYTES);
    try {
      image.readTo(memory, Superblock.offset(copy), Superblock.BYTES);
      return MetadataHeader.version(memory);
    } finally {
      Memory.free(memory, Superblock.BYTES);
    }
  }

  private static DeviceImage former() throws IOException {
    DeviceImage image = new DeviceImage(DEVICE_BYTES);
    try (InputStream packed = FormerFormatTest.class.getResourceAsStream("device-of-format-2.gz");
        InputStream bytes = new GZIPInputStream(packed)) {
      image.write(0, bytes.readNBytes(DEVICE_BYTES), 0, DEVICE_BYTES);
    }
    return image;
  }

  private static ImageDevice device(DeviceImage image) {
    return new ImageDevice(image, 4096, false);
  }
}
