package io.luciola.cluster.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessCommandsTest {

  @TempDir Path directory;

  private static void run(Duration limit, String script) throws IOException {
    new ProcessCommands(limit).run(List.of("sh", "-c", script));
  }

  @Test
  void aCommandIsRunToItsEnd() throws IOException {
    Path file = directory.resolve("done");
    run(Duration.ofMinutes(1), "sleep 0.1; echo yes > " + file);
    assertEquals("yes\n", Files.readString(file));
  }

  @Test
  void whatACommandPrintsExplainsItsFailure() {
    IOException failure =
        assertThrows(
            IOException.class,
            () -> run(Duration.ofMinutes(1), "echo 'Module x not found' >&2; exit 3"));
    assertEquals("it ended with code 3: Module x not found", failure.getMessage());
  }

  @Test
  void aCommandThatHangsIsEnded() {
    IOException failure =
        assertThrows(IOException.class, () -> run(Duration.ofMillis(200), "exec sleep 600"));
    assertTrue(failure.getMessage().contains("did not end"), failure.getMessage());
  }

  @Test
  void aCommandThatDoesNotExistIsAFailure() {
    assertThrows(
        IOException.class,
        () -> new ProcessCommands(Duration.ofMinutes(1)).run(List.of("luciola-no-such-command")));
  }
}
