package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostNamesTest {

  @Test
  void namesAndAddressesBecomeNumbers() {
    assertEquals(Optional.of("127.0.0.1"), HostNames.resolve("127.0.0.1"));
    assertEquals(Optional.of("0:0:0:0:0:0:0:1"), HostNames.resolve("[::1]"));
    assertTrue(HostNames.resolve("localhost").orElseThrow().matches("[0-9a-f.:]+"));
  }

  @Test
  void whatNoHostCanBeCalledIsNone() {
    assertEquals(Optional.empty(), HostNames.resolve("[::1"));
  }
}
