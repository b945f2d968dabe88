package io.luciola.spdk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The contract on a real drive, which is overwritten: the one that the environment variable {@code
 * LUCIOLA_SPDK_TEST_TARGET} names, as a PCI address or as {@code tcp://host:port/nqn}.
 */
@Tag("guest")
class NvmeDriveTest {

  private static final String TARGET_VARIABLE = "LUCIOLA_SPDK_TEST_TARGET";
  private static final String TCP_PREFIX = "tcp://";
  private static final long MEMORY_WITHOUT_HUGE_PAGES = 512L << 20;

  private static @Nullable Spdk started;

  @Nested
  class ByCopy extends OnDrive {
    @Override
    CompletionWay way() {
      return CompletionWay.COPY;
    }
  }

  @Nested
  class ByUpcall extends OnDrive {
    @Override
    CompletionWay way() {
      return CompletionWay.UPCALL;
    }
  }

  /** The one SPDK of the process, and the drive that the environment names. */
  abstract static class OnDrive extends NvmeContract {

    @Override
    Spdk spdk() {
      return start(target());
    }

    @Override
    TransportId target() {
      String name = System.getenv(TARGET_VARIABLE);
      assumeTrue(name != null, "skipped: " + TARGET_VARIABLE + " names no drive to overwrite");
      return parse(name);
    }
  }

  private static synchronized Spdk start(TransportId target) {
    Spdk spdk = started;
    if (spdk == null) {
      SpdkLocation location = SpdkLocator.ofThisProcess().locate();
      if (!(location instanceof SpdkLocation.Found found)) {
        throw new IllegalStateException(location.toString());
      }
      EnvironmentOptions options = EnvironmentOptions.defaults("spdk-bindings-test");
      spdk =
          Spdk.start(
              found,
              target.kind() == TransportId.Kind.PCIE
                  ? options.withAllowedPciAddresses(List.of(target.address()))
                  : options.withoutHugePages(MEMORY_WITHOUT_HUGE_PAGES));
      started = spdk;
    }
    return spdk;
  }

  private static TransportId parse(String name) {
    if (!name.startsWith(TCP_PREFIX)) {
      return TransportId.pcie(name);
    }
    String rest = name.substring(TCP_PREFIX.length());
    int slash = rest.indexOf('/');
    int colon = rest.lastIndexOf(':', slash);
    return TransportId.tcp(
        rest.substring(0, colon),
        Integer.parseInt(rest.substring(colon + 1, slash)),
        rest.substring(slash + 1));
  }
}
