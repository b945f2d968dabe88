package io.luciola.spdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has a shell and a linker do what the command says, with libraries of the right names. */
class UmbrellaCommandTest {

  @TempDir static Path compiled;

  private static Path anyLibrary;

  @TempDir Path directory;
  private Path parts;
  private Path system;

  @BeforeAll
  static void compile() {
    anyLibrary = StandInLibrary.compile(compiled);
  }

  @BeforeEach
  void makeParts() throws IOException {
    parts = Files.createDirectory(directory.resolve("lib"));
    system = Files.createDirectory(directory.resolve("system"));
    make(parts, "libspdk_nvme.so", "libspdk_env_dpdk.so", "libspdk_ut_mock.so");
    Files.writeString(parts.resolve("libspdk.so"), "GROUP ( -lspdk_nvme )");
  }

  @Test
  void namesTheLibrariesOfDpdkThatAreBesideThoseOfSpdk() throws Exception {
    make(parts, "librte_eal.so", "librte_bus_pci.so");

    runCommand();

    assertUmbrellaNames(
        "libspdk_nvme.so", "libspdk_env_dpdk.so", "librte_eal.so", "librte_bus_pci.so");
  }

  @Test
  void namesTheLibrariesOfTheSystemsDpdkWhereNoneAreBeside() throws Exception {
    String[] names = UmbrellaCommand.in(parts).replaceAll("^.*?\\) -l|\\)$", "").split(" -l", -1);
    for (String name : names) {
      make(system, "lib" + name + ".so");
    }

    runCommand();

    assertEquals(15, names.length);
    assertUmbrellaNames(
        "libspdk_nvme.so", "libspdk_env_dpdk.so", "librte_eal.so", "librte_mempool_ring.so");
  }

  @Test
  void makesTheSameAgainWhereAnUmbrellaIsAlready() throws Exception {
    make(parts, "librte_eal.so");

    runCommand();
    runCommand();

    assertUmbrellaNames("libspdk_nvme.so", "libspdk_env_dpdk.so", "librte_eal.so");
  }

  private static void make(Path directory, String... names) throws IOException {
    for (String name : names) {
      Files.copy(anyLibrary, directory.resolve(name));
    }
  }

  private void runCommand() throws Exception {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", UmbrellaCommand.in(parts));
    shell.environment().put("LIBRARY_PATH", system.toString());
    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private void assertUmbrellaNames(String... names) throws IOException {
    Map<String, String> environment = Map.of(SpdkLocator.HOME_VARIABLE, parts.toString());
    SpdkLocation location = new SpdkLocator(environment, Map.of(), List.of()).locate();
    SpdkLocation.Found found = assertInstanceOf(SpdkLocation.Found.class, location);
    String content = Files.readString(found.library(), ISO_8859_1);
    for (String name : names) {
      // Followed by a version where the linker took a library that the system really has.
      assertTrue(content.contains("\0" + name), name);
    }
    assertFalse(content.contains("libspdk_ut_mock.so"));
    assertFalse(content.contains("libspdk_umbrella.so"));
  }
}
