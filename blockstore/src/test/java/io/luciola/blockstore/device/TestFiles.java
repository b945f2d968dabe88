package io.luciola.blockstore.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Device files under a directory of their own; made by hand where jqwik has no TempDir. */
final class TestFiles {

  private TestFiles() {}

  static Path newDeviceFile(long sizeBytes) {
    try {
      Path file = Files.createTempDirectory("luciola-device").resolve("disk");
      UringDevice.create(file, sizeBytes);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
