package io.luciola.spdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries that cannot be used, loaded beside the stand-in that the other tests use. */
class SpdkLibraryTest {

  @TempDir Path directory;

  @Test
  void namesLibrarySymbolAndVersionWhenAFunctionIsMissing() {
    Path library =
        StandInLibrary.compile(
            directory,
            "-Dspdk_nvme_ns_cmd_compare=renamed_compare",
            "-Dspdk_env_fini=renamed_fini");

    SpdkException e = assertThrows(SpdkException.class, () -> SpdkLibrary.load(library));

    assertTrue(e.getMessage().contains(library.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("spdk_env_fini, spdk_nvme_ns_cmd_compare:"), e.getMessage());
    assertTrue(e.getMessage().contains("SPDK 24.01 or newer is needed"), e.getMessage());
    assertEquals(0, e.errno());
  }

  @Test
  void takesAFunctionUnderItsNewNameToo() {
    Path library =
        StandInLibrary.compile(
            directory, "-Dspdk_pci_device_get_socket_id=spdk_pci_device_get_numa_id");

    assertDoesNotThrow(() -> SpdkLibrary.load(library));
  }

  @Test
  void saysWhyALibraryDoesNotLoad() throws IOException {
    Path text =
        Files.writeString(directory.resolve("libspdk.so"), "GROUP ( -lspdk ) ".repeat(100), UTF_8);
    Path nothing = directory.resolve("nothing.so");

    SpdkException broken = assertThrows(SpdkException.class, () -> SpdkLibrary.load(text));
    SpdkException missing = assertThrows(SpdkException.class, () -> SpdkLibrary.load(nothing));

    assertTrue(broken.getMessage().contains("invalid ELF header"), broken.getMessage());
    assertTrue(missing.getMessage().contains("No such file"), missing.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void doesNotTakeCompletionsByACopyOfAnotherLength(int bytes) {
    Path library = StandInLibrary.compile(directory, "-DSTANDIN_COPY_BYTES=" + bytes);
    SpdkLibrary loaded = SpdkLibrary.load(library);

    SpdkException e = assertThrows(SpdkException.class, () -> CopiedCompletions.check(loaded));

    assertTrue(e.getMessage().contains("spdk_uuid_copy"), e.getMessage());
  }

  @Test
  void takesCompletionsByACopyOf16Bytes() {
    SpdkLibrary loaded = SpdkLibrary.load(StandInLibrary.compile(directory));

    assertDoesNotThrow(() -> CopiedCompletions.check(loaded));
  }
}
