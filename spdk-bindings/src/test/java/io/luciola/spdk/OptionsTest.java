package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void withoutPciUntilAddressesAreAllowed() {
    EnvironmentOptions none = EnvironmentOptions.defaults("test");
    EnvironmentOptions one = none.withAllowedPciAddresses(List.of("65:00.0"));

    assertFalse(none.pci());
    assertFalse(none.allows("0000:65:00.0"));
    assertTrue(one.pci());
    assertEquals(List.of("0000:65:00.0"), one.allowedPciAddresses());
    assertTrue(one.allows("0000:65:00.0"));
    assertFalse(one.allows("0000:66:00.0"));
    assertTrue(none.withAllPciDevices().allows("0000:66:00.0"));
    assertFalse(one.withAllowedPciAddresses(List.of()).pci());
  }

  @Test
  void roundsMemoryUpToMib() {
    EnvironmentOptions options = EnvironmentOptions.defaults("test");

    assertEquals(-1, options.memoryMib());
    assertEquals(1, options.withMemoryBytes(1).memoryMib());
    assertEquals(512, options.withMemoryBytes(512 << 20).memoryMib());
    assertEquals(513, options.withMemoryBytes((512 << 20) + 1).memoryMib());
  }

  @Test
  void refusesAnEnvironmentThatCannotBe() {
    EnvironmentOptions options = EnvironmentOptions.defaults("test");

    assertThrows(IllegalArgumentException.class, () -> EnvironmentOptions.defaults("a b"));
    assertThrows(IllegalArgumentException.class, () -> EnvironmentOptions.defaults(" "));
    assertThrows(IllegalArgumentException.class, () -> options.withMemoryBytes(-1));
    assertThrows(IllegalArgumentException.class, () -> options.withMemoryBytes(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> options.withoutHugePages(0));
    assertThrows(
        IllegalArgumentException.class, () -> options.withAllowedPciAddresses(List.of("eth0")));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new EnvironmentOptions(
                "test", "", 0, true, false, List.of("65:00.0"), IovaMode.AUTO, -1));
  }

  @Test
  void refusesAControllerThatCannotBe() {
    ControllerOptions options = ControllerOptions.defaults();

    assertThrows(IllegalArgumentException.class, () -> options.withKeepAliveTimeoutMs(-1));
    assertThrows(IllegalArgumentException.class, () -> options.withAdminTimeoutMs(-1));
    assertThrows(IllegalArgumentException.class, () -> options.withHostNqn("a b"));
    assertThrows(IllegalArgumentException.class, () -> options.withHostNqn("n".repeat(224)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ControllerOptions(0, 65537, 0, 0, 0, false, false, ""));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ControllerOptions(0, 0, 0, 0, 32, false, false, ""));
  }

  @Test
  void refusesAQueuePairThatCannotBe() {
    assertEquals(512, QueuePairOptions.ofDepth(1).requests());
    assertEquals(4096, QueuePairOptions.ofDepth(1024).requests());
    assertThrows(IllegalArgumentException.class, () -> QueuePairOptions.ofDepth(0));
    assertThrows(IllegalArgumentException.class, () -> QueuePairOptions.ofDepth(32769));
    assertThrows(IllegalArgumentException.class, () -> QueuePairOptions.ofDepth(8).withRequests(7));
  }

  @Test
  void asksForQueueEntriesThatLetTheDepthBeInFlight() {
    for (int depth = 1; depth <= 32768; depth++) {
      int entries = QueuePairStruct.entries(depth);
      // SPDK keeps a quarter free, 1 at least and 128 at most.
      int usable = entries - Math.clamp(entries / 4, 1, 128);
      assertTrue(usable >= depth, "depth " + depth + " gets " + usable);
      assertTrue(entries >= 2);
    }
  }
}
