package io.luciola.cluster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.spdk.SpdkLocation;
import io.luciola.spdk.SpdkLocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Disks that need SPDK, on a machine that has none. */
class NoSpdkTest {

  @TempDir Path directory;
  private final StringWriter err = new StringWriter();
  private SpdkLocation.Missing missing;

  @BeforeEach
  void look() {
    if (SpdkLocator.ofThisProcess().locate() instanceof SpdkLocation.Missing none) {
      missing = none;
    } else {
      Assumptions.abort("SPDK is here");
    }
  }

  @Test
  void aStorageNodeDoesNotStart() throws IOException {
    Path config = directory.resolve("storage.toml");
    Files.writeString(
        config,
        """
        node-id = 1
        listen = "127.0.0.1:0"
        mgmtd = ["127.0.0.1:1"]
        disks = ["spdk:0000:65:00.0/1", "spdk:tcp://127.0.0.1:4420/nqn.2026-01.io.example:x"]
        format-empty = true
        """);

    assertEquals(CommandFailure.USAGE, run("storage", "run", "--config", config.toString()));

    assertSaid("spdk:0000:65:00.0/1, spdk:tcp://127.0.0.1:4420/nqn.2026-01.io.example:x");
  }

  @Test
  void theEngineCannotLookAtADisk() {
    assertEquals(CommandFailure.FAILED, run("engine", "inspect", "spdk:0000:65:00.0"));

    assertSaid("spdk:0000:65:00.0");
  }

  private void assertSaid(String disks) {
    String message = err.toString();
    assertTrue(
        message.startsWith("luciola: Cannot open " + disks + ": " + missing.message()), message);
    assertEquals(1, message.lines().count(), message);
  }

  private int run(String... words) {
    CommandLine line = Luciola.commandLine();
    line.setErr(new PrintWriter(err, true));
    return line.execute(words);
  }
}
