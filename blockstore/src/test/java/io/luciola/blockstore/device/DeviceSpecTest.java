package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSpecTest {

  @Test
  void readsEveryKind() {
    assertEquals(new DeviceSpec.SpdkPci("0000:65:00.0", 0), DeviceSpec.parse("spdk:0000:65:00.0"));
    assertEquals(
        new DeviceSpec.SpdkPci("0000:ab:00.0", 12), DeviceSpec.parse("spdk:0000:AB:00.0/12"));
    assertEquals(
        new DeviceSpec.SpdkTcp("10.0.0.7", 4420, "nqn.2016-06.io.spdk:cnode1"),
        DeviceSpec.parse("spdk:tcp://10.0.0.7:4420/nqn.2016-06.io.spdk:cnode1"));
    assertEquals(
        new DeviceSpec.SpdkTcp("[::1]", 4420, "nqn.x"),
        DeviceSpec.parse("spdk:tcp://[::1]:4420/nqn.x"));
    assertEquals(
        new DeviceSpec.Uring(Path.of("/dev/nvme0n1")), DeviceSpec.parse("uring:/dev/nvme0n1"));
    assertEquals(new DeviceSpec.InMemory(4L << 30), DeviceSpec.parse(" memory:4GiB "));
    assertEquals(new DeviceSpec.Null(1L << 20), DeviceSpec.parse("null:1MiB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spdk:0000:65:00.0",
        "spdk:0000:65:00.0/2",
        "spdk:tcp://host:4420/nqn.2016-06.io.spdk:cnode1",
        "uring:/data/disk0",
        "memory:4GiB",
        "null:4GiB"
      })
  void printsWhatItRead(String text) {
    assertEquals(text, DeviceSpec.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/dev/nvme0n1 | names no device",
        "'' | names no device",
        "nvme:0 | names no device",
        "spdk: | PCI address",
        "spdk:65:00 | PCI address",
        "spdk:0000:65:00.8 | PCI address",
        "spdk:0000:65:00.0/ | PCI address",
        "spdk:0000:65:00.0/0 | PCI address",
        "spdk:0000:65:00.0/one | PCI address",
        "spdk:tcp://host/nqn | tcp://host:port/nqn",
        "spdk:tcp://host:0/nqn | port 0",
        "spdk:tcp://host:70000/nqn | port 70000",
        "uring:data/disk0 | absolute path",
        "uring: | absolute path",
        "memory:much | not a size",
        "memory:0 | multiple of 4KiB",
        "memory:1000 | multiple of 4KiB",
        "null:1000 | multiple of 4KiB"
      })
  void saysWhatIsWrong(String text, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DeviceSpec.parse(text)).getMessage();

    assertTrue(message.contains("'" + text + "'"), message);
    assertTrue(message.contains(expected), message);
  }
}
