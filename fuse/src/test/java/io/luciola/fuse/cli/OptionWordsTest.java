package io.luciola.fuse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.fuse.MountOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionWordsTest {

  @Test
  void ourWordsAreUnderstood() {
    OptionWords words =
        OptionWords.parse(
            "luciola://a:1/",
            List.of("ro,attr_timeout=0.5,entry_timeout=10", "threads=3,max_read=65536,fsname=x"));
    MountOptions options = words.options();
    assertTrue(options.readOnly());
    assertEquals(500_000_000L, options.attrTimeoutNs());
    assertEquals(10_000_000_000L, options.entryTimeoutNs());
    assertEquals(3, options.threads());
    assertEquals(65_536, options.maxReadBytes());
    assertEquals("x", options.source());
    assertEquals("raw", words.driver());
    assertEquals("jnr", OptionWords.parse("s", List.of("driver=jnr")).driver());
  }

  @Test
  void wordsOfMountAndFstabChangeNothing() {
    OptionWords words =
        OptionWords.parse(
            "s",
            List.of(
                "rw,_netdev,nofail,defaults,noatime,relatime,allow_other,default_permissions,"
                    + "x-systemd.automount,x-initrd.mount=1,"));
    assertEquals(MountOptions.defaults("s"), words.options());
    assertFalse(words.options().readOnly());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "suid",
        "noexec",
        "threads=0",
        "threads=many",
        "max_read=5",
        "attr_timeout=-1",
        "attr_timeout=1e30",
        "colour=red",
        "="
      })
  void aWrongWordIsAUsageErrorThatNamesIt(String word) {
    var failure =
        assertThrows(CommandFailure.class, () -> OptionWords.parse("s", List.of("rw," + word)));
    assertEquals(CommandFailure.USAGE, failure.exitCode());
    assertTrue(failure.getMessage().contains("'" + word + "'"), failure.getMessage());
  }
}
