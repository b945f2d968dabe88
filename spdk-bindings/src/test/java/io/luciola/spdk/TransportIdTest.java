package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportIdTest {

  @Test
  void writesSpdksForm() {
    assertEquals("trtype:PCIe traddr:0000:65:00.0", TransportId.pcie("0000:65:00.0").toString());
    assertEquals(
        "trtype:TCP adrfam:IPv4 traddr:10.0.0.1 trsvcid:4420 subnqn:nqn.2026-01.io.example:a",
        TransportId.tcp("10.0.0.1", 4420, "nqn.2026-01.io.example:a").toString());
    assertEquals(
        "trtype:TCP adrfam:IPv6 traddr:::1 trsvcid:4420 subnqn:" + TransportId.DISCOVERY_SUBSYSTEM,
        TransportId.discovery("::1", 4420).toString());
    assertEquals("trtype:PCIe", TransportId.allLocal().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trtype:PCIe traddr:0000:65:00.0",
        "trtype:TCP adrfam:IPv4 traddr:10.0.0.1 trsvcid:4420 subnqn:nqn.2026-01.io.example:a",
        "trtype:TCP adrfam:IPv6 traddr:fe80::1 trsvcid:4420 subnqn:nqn.2026-01.io.example:a",
        "trtype:RDMA adrfam:IPv4 traddr:10.0.0.1 trsvcid:4420 subnqn:nqn.2026-01.io.example:a",
        "trtype:PCIe"
      })
  void readsWhatItWrites(String text) {
    assertEquals(text, TransportId.parse(text).toString());
  }

  @Test
  void writesPciAddressesInOneWay() {
    assertEquals(TransportId.pcie("0000:65:0a.1"), TransportId.pcie("65:A.1"));
    assertEquals(TransportId.pcie("0000:65:00.0"), TransportId.parse("TRTYPE:pcie traddr:65:0.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "65", "65:00", "0000:65:00.8", "0000:65:20.0", "x:65:00.0", "65:00.0 "})
  void refusesWhatIsNoPciAddress(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TransportId.pcie(text));
    assertTrue(e.getMessage().contains("0000:65:00.0"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PCIe",
        "trtype:SATA traddr:0000:65:00.0",
        "trtype:TCP traddr:10.0.0.1",
        "trtype:PCIe traddr:0000:65:00.0 trsvcid:4420"
      })
  void refusesWhatIsNoTransportId(String text) {
    assertThrows(IllegalArgumentException.class, () -> TransportId.parse(text));
  }

  @Test
  void refusesWhatDoesNotFitIntoSpdksStruct() {
    TransportId.tcp("h".repeat(256), 1, "n".repeat(223));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("h".repeat(257), 1, "nqn"));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("host", 1, "n".repeat(224)));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("host", 0, "nqn"));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("host", 65536, "nqn"));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("a host", 1, "nqn"));
    assertThrows(IllegalArgumentException.class, () -> TransportId.tcp("hôte", 1, "nqn"));
  }
}
