package io.luciola.spdk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The shell command that makes an umbrella of SPDK's single libraries. */
final class UmbrellaCommand {

  // SPDK's libraries name none of DPDK's, so the umbrella must. These are what they use, and what
  // registers itself with DPDK when it is loaded.
  private static final List<String> DPDK =
      List.of(
          "eal",
          "bus_pci",
          "mempool",
          "mempool_ring",
          "ring",
          "pci",
          "kvargs",
          "telemetry",
          "mbuf",
          "net",
          "ethdev",
          "meter",
          "rcu",
          "power",
          "timer");

  private UmbrellaCommand() {}

  /**
   * For the libraries in a directory. DPDK's are taken from there too where they are there, else
   * from where the linker finds those of the system.
   */
  static String in(Path directory) {
    boolean ownDpdk = Files.exists(directory.resolve("librte_eal.so"));
    // SPDK's mocks for unit tests would take the place of real functions.
    String libraries =
        "$(ls libspdk_*.so"
            + (ownDpdk ? " librte_*.so" : "")
            + " | grep -v -e libspdk_ut_mock -e "
            + SpdkLocator.UMBRELLA_NAMES.getFirst()
            + ")";
    return "(cd "
        + directory
        + " && cc -shared -o "
        + SpdkLocator.UMBRELLA_NAMES.getFirst()
        + " -Wl,--no-as-needed -Wl,-rpath,'$ORIGIN' "
        + libraries
        + (ownDpdk ? "" : " " + systemDpdk())
        + ")";
  }

  private static String systemDpdk() {
    return DPDK.stream().map(name -> "-lrte_" + name).collect(Collectors.joining(" "));
  }
}
