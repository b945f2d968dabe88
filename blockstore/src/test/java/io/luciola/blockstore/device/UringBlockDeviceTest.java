package io.luciola.blockstore.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A raw block device: a loop device over a file. Skipped where that cannot be made. */
class UringBlockDeviceTest extends BlockDeviceContract {

  private Path backing;
  private Path loop;

  @Override
  BlockDevice openDevice() {
    assumeTrue(isRoot(), "only root can make a loop device");
    backing = TestFiles.newDeviceFile(SIZE_BYTES);
    String made = run(List.of("losetup", "--find", "--show", backing.toString()));
    if (!made.startsWith("/dev/loop")) {
      TestFiles.remove(backing);
      assumeTrue(false, "there is no loop device here: " + made);
    }
    loop = Path.of(made);
    return UringDevice.open(loop, QUEUE_DEPTH);
  }

  @Override
  void removeDevice() {
    run(List.of("losetup", "--detach", loop.toString()));
    TestFiles.remove(backing);
  }

  @Test
  void takesTheBlockSizeOfTheDevice() {
    assertEquals(512, harness.device.geometry().blockSizeBytes());
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      process.waitFor();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
