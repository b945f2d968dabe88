package io.luciola.spdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpdkLocatorTest {

  private static final byte[] LIBRARY = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};

  @TempDir Path directory;

  @Test
  void findsAnUmbrellaInTheLibDirectoryOfTheHomeInTheEnvironment() throws IOException {
    Path umbrella = write("home/lib/libspdk_umbrella.so", LIBRARY);

    SpdkLocation.Found found = found(environment("home"), Map.of(), List.of());

    assertEquals(umbrella, found.library());
    assertTrue(found.description().contains(SpdkLocator.HOME_VARIABLE), found.description());
  }

  @Test
  void findsAnUmbrellaByTheSystemProperty() throws IOException {
    Path umbrella = write("home/libspdk_all.so", LIBRARY);

    SpdkLocation.Found found =
        found(
            Map.of(),
            Map.of(SpdkLocator.HOME_PROPERTY, directory.resolve("home").toString()),
            List.of());

    assertEquals(umbrella, found.library());
  }

  @Test
  void findsAnUmbrellaInLibraryPathBeforeTheUsualPlaces() throws IOException {
    write("usual/libspdk_umbrella.so", LIBRARY);
    Path first = write("path/libspdk_umbrella.so", LIBRARY);

    SpdkLocation.Found found =
        found(
            Map.of("LD_LIBRARY_PATH", ":" + directory.resolve("path")),
            Map.of(),
            List.of(directory.resolve("usual")));

    assertEquals(first, found.library());
  }

  @Test
  void prefersTheEnvironmentAndDoesNotFallBackWhenItIsWrong() throws IOException {
    write("usual/libspdk_umbrella.so", LIBRARY);
    write("property/libspdk_umbrella.so", LIBRARY);

    SpdkLocation.Missing missing =
        missing(
            environment("nowhere"),
            Map.of(SpdkLocator.HOME_PROPERTY, directory.resolve("property").toString()),
            List.of(directory.resolve("usual")));

    assertTrue(missing.message().contains(directory.resolve("nowhere/lib").toString()));
    assertTrue(missing.message().contains(SpdkLocator.HOME_VARIABLE));
  }

  @Test
  void takesAWholeLibspdkButNotTheLinkerScriptOfThatName() throws IOException {
    write("home/lib/libspdk.so", "GROUP ( -lspdk_nvme )".getBytes(UTF_8));
    missing(environment("home"), Map.of(), List.of());

    Path whole = write("home/lib/libspdk.so", LIBRARY);
    assertEquals(whole, found(environment("home"), Map.of(), List.of()).library());
  }

  @Test
  void saysHowToMakeAnUmbrellaWhereOnlyThePartsAre() throws IOException {
    write("home/build/lib/libspdk_nvme.so", LIBRARY);
    write("home/build/lib/libspdk_env_dpdk.so", LIBRARY);

    String message = missing(environment("home"), Map.of(), List.of()).message();

    assertTrue(message.contains("cannot be loaded one by one"), message);
    assertTrue(message.endsWith(UmbrellaCommand.in(directory.resolve("home/build/lib"))), message);
  }

  @Test
  void namesWhatWasLookedForAndWhereAndWhatToDo() {
    Path usual = directory.resolve("usual");

    String message = missing(Map.of(), Map.of(), List.of(usual)).message();

    assertTrue(message.contains("libspdk_umbrella.so"), message);
    assertTrue(message.contains(usual.toString()), message);
    assertTrue(message.contains("set " + SpdkLocator.HOME_VARIABLE), message);
  }

  private Map<String, String> environment(String home) {
    return Map.of(SpdkLocator.HOME_VARIABLE, directory.resolve(home).toString());
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static SpdkLocation.Found found(
      Map<String, String> environment, Map<String, String> properties, List<Path> linker) {
    return assertInstanceOf(
        SpdkLocation.Found.class, new SpdkLocator(environment, properties, linker).locate());
  }

  private static SpdkLocation.Missing missing(
      Map<String, String> environment, Map<String, String> properties, List<Path> linker) {
    return assertInstanceOf(
        SpdkLocation.Missing.class, new SpdkLocator(environment, properties, linker).locate());
  }
}
