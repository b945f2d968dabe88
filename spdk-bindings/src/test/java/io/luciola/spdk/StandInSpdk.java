package io.luciola.spdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A library that stands in for SPDK in tests: the same functions, over drives that are memory of
 * this process. {@link StandInDrive} makes such drives, lets their commands fail or wait, and takes
 * them away.
 *
 * <p>There is one SPDK per process, so all tests of a process share it: make drives of your own,
 * and close what you open.
 */
public final class StandInSpdk {

  private static SpdkLocation.@Nullable Found location;
  private static @Nullable Spdk started;

  private StandInSpdk() {}

  /** The compiled library; the running test is skipped where there is no C compiler. */
  public static synchronized SpdkLocation.Found location() {
    SpdkLocation.Found found = location;
    if (found == null) {
      try {
        Path directory = Files.createTempDirectory("spdk-stand-in");
        Path library = StandInLibrary.compile(directory);
        // In the reverse of this order, the directory last.
        directory.toFile().deleteOnExit();
        try (var files = Files.list(directory)) {
          files.forEach(file -> file.toFile().deleteOnExit());
        }
        found = new SpdkLocation.Found(library, "stand-in for SPDK");
        location = found;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** The stand-in, loaded and started the first time; the same one each time. Never close it. */
  public static synchronized Spdk start() {
    Spdk spdk = started;
    if (spdk == null) {
      spdk = Spdk.start(location(), options());
      started = spdk;
    }
    return spdk;
  }

  /** What {@link #start} starts with: every PCI address is allowed. */
  public static EnvironmentOptions options() {
    return EnvironmentOptions.defaults("stand-in")
        .withAllPciDevices()
        .withIovaMode(IovaMode.VIRTUAL);
  }
}
