package io.luciola.spdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

  /** System property that names a compiled stand-in, for processes that a test starts. */
  static final String LIBRARY_PROPERTY = "spdk.standin.library";

  private static SpdkLocation.@Nullable Found location;
  private static @Nullable Spdk started;

  private StandInSpdk() {}

  /** The compiled library; the running test is skipped where there is no C compiler. */
  public static synchronized SpdkLocation.Found location() {
    SpdkLocation.Found found = location;
    if (found == null) {
      String compiled = System.getProperty(LIBRARY_PROPERTY);
      Path library = compiled == null ? compile() : Path.of(compiled);
      found = new SpdkLocation.Found(library, "stand-in for SPDK");
      location = found;
    }
    return found;
  }

  private static Path compile() {
    try {
      Path directory = Files.createTempDirectory("spdk-stand-in");
      Path library = StandInLibrary.compile(directory);
      // Deleted in the reverse of this order, the directory last.
      directory.toFile().deleteOnExit();
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(file -> file.toFile().deleteOnExit());
      }
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
