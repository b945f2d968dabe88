package io.luciola.spdk;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds SPDK on this machine, without loading it.
 *
 * <p>SPDK's shared libraries cannot be opened one by one: they use each other's symbols without
 * saying so. What counts as found is therefore one <em>umbrella</em>, a shared library that names
 * all the others as needed (or holds them). {@code libspdk.so} as SPDK installs it is a linker
 * script, which cannot be loaded, and does not count.
 *
 * <p>Searched are, in this order, and only the first that is set: the directory in the environment
 * variable {@value #HOME_VARIABLE}, the one in the system property {@value #HOME_PROPERTY}, the
 * places where the dynamic linker looks.
 */
public final class SpdkLocator {

  /** Environment variable that names SPDK's installation, its build tree or a library directory. */
  public static final String HOME_VARIABLE = "LUCIOLA_SPDK_HOME";

  /** System property for the same. */
  public static final String HOME_PROPERTY = "luciola.spdk.home";

  /** File names that an umbrella may have, best first. */
  public static final List<String> UMBRELLA_NAMES =
      List.of("libspdk_umbrella.so", "libspdk_all.so", "libspdk.so");

  private static final List<String> HOME_DIRECTORIES =
      List.of("", "lib", "lib64", "lib/x86_64-linux-gnu", "build/lib");

  private static final List<Path> LINKER_DIRECTORIES =
      Stream.of(
              "/usr/local/lib/x86_64-linux-gnu",
              "/usr/local/lib64",
              "/usr/local/lib",
              "/lib/x86_64-linux-gnu",
              "/usr/lib/x86_64-linux-gnu",
              "/lib64",
              "/usr/lib64",
              "/lib",
              "/usr/lib")
          .map(Path::of)
          .toList();

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private final Map<String, String> environment;
  private final Map<String, String> properties;
  private final List<Path> linkerDirectories;

  /**
   * A locator for a given surrounding.
   *
   * @param environment environment variables
   * @param properties system properties
   * @param linkerDirectories where the dynamic linker looks after {@code LD_LIBRARY_PATH}
   */
  public SpdkLocator(
      Map<String, String> environment,
      Map<String, String> properties,
      List<Path> linkerDirectories) {
    this.environment = Map.copyOf(environment);
    this.properties = Map.copyOf(properties);
    this.linkerDirectories = List.copyOf(linkerDirectories);
  }

  /** A locator for this process. */
  public static SpdkLocator ofThisProcess() {
    String home = System.getProperty(HOME_PROPERTY);
    return new SpdkLocator(
        System.getenv(), home == null ? Map.of() : Map.of(HOME_PROPERTY, home), LINKER_DIRECTORIES);
  }

  /** Searches; reads files' first bytes and loads nothing. */
  public SpdkLocation locate() {
    String variable = environment.getOrDefault(HOME_VARIABLE, "");
    if (!variable.isBlank()) {
      return search("the environment variable " + HOME_VARIABLE, home(variable));
    }
    String property = properties.getOrDefault(HOME_PROPERTY, "");
    if (!property.isBlank()) {
      return search("the system property " + HOME_PROPERTY, home(property));
    }
    return search("the dynamic linker's directories", linkerPath());
  }

  private static List<Path> home(String home) {
    return HOME_DIRECTORIES.stream().map(Path.of(home)::resolve).toList();
  }

  private List<Path> linkerPath() {
    List<Path> directories = new ArrayList<>();
    for (String directory :
        environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator, -1)) {
      if (!directory.isBlank()) {
        directories.add(Path.of(directory));
      }
    }
    directories.addAll(linkerDirectories);
    return directories;
  }

  private static SpdkLocation search(String origin, List<Path> directories) {
    for (Path directory : directories) {
      Optional<Path> umbrella = umbrellaIn(directory);
      if (umbrella.isPresent()) {
        return new SpdkLocation.Found(
            umbrella.get(), "SPDK's umbrella library " + umbrella.get() + ", by " + origin);
      }
    }
    return new SpdkLocation.Missing(missing(origin, directories));
  }

  private static Optional<Path> umbrellaIn(Path directory) {
    return UMBRELLA_NAMES.stream()
        .map(directory::resolve)
        .filter(SpdkLocator::isLoadable)
        .findFirst();
  }

  private static boolean isLoadable(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ELF.length), ELF);
    } catch (IOException e) {
      // A library that cannot be read cannot be loaded either.
      return false;
    }
  }

  private static String missing(String origin, List<Path> directories) {
    String looked =
        "SPDK was not found: looked for "
            + String.join(", ", UMBRELLA_NAMES)
            + " (a loadable library, not a linker script) by "
            + origin
            + " in "
            + directories.stream().map(Path::toString).collect(Collectors.joining(", "))
            + ". ";
    Optional<Path> parts = directories.stream().filter(SpdkLocator::hasParts).findFirst();
    if (parts.isPresent()) {
      Path directory = parts.get();
      return looked
          + "SPDK's single libraries are in "
          + directory
          + ", but they cannot be loaded one by one; make an umbrella of them: "
          + UmbrellaCommand.in(directory);
    }
    return looked
        + "Install SPDK 24.01 or newer with shared libraries (./configure --with-shared), make an"
        + " umbrella of them, and set "
        + HOME_VARIABLE
        + " to its directory";
  }

  private static boolean hasParts(Path directory) {
    return Files.exists(directory.resolve("libspdk_nvme.so"))
        && Files.exists(directory.resolve("libspdk_env_dpdk.so"));
  }
}
