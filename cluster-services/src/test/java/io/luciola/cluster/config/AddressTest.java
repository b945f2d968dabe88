package io.luciola.cluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"localhost:7420", "127.0.0.1:0", "[::1]:65535"})
  void anAddressIsWrittenAsItIsRead(String text) {
    assertEquals(text, HostPort.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", ":7420", "localhost:", "localhost:x", "h:65536", "::1:7"})
  void whatIsNoAddressIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
  }

  @Test
  void aClusterIsNamedWithOrWithoutItsScheme() {
    ClusterSpec spec =
        new ClusterSpec(List.of(new HostPort("a", 1), new HostPort("b", 2)));
    assertEquals(spec, ClusterSpec.parse("luciola://a:1,b:2/"));
    assertEquals(spec, ClusterSpec.parse("a:1,b:2"));
    assertEquals("luciola://a:1,b:2/", spec.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "luciola:///", "luciola://a:1/dir/", "a:1,", "nfs://a:1/"})
  void whatIsNoClusterIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> ClusterSpec.parse(text));
  }
}
