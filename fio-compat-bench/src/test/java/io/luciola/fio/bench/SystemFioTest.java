package io.luciola.fio.bench;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemFioTest {

  @TempDir Path bin;

  private final StringWriter said = new StringWriter();
  private final List<List<String>> commands = new ArrayList<>();

  private Path program(String name) throws IOException {
    return Files.createFile(bin.resolve(name), asFileAttribute(fromString("rwxr-xr-x")));
  }

  private SystemFio fio(boolean root, SystemFio.Installer installer) {
    return new SystemFio(
        "/nonexistent::" + bin, root, new Progress(new PrintWriter(said)), installer);
  }

  private int record(List<String> command) {
    commands.add(command);
    return 100;
  }

  @Test
  void whatIsInThePathIsTaken() throws Exception {
    Path program = program("fio");
    assertEquals(program, fio(false, this::record).provide());
    assertEquals(List.of(), commands);
  }

  @Test
  void rootInstallsItAndSaysSo() throws Exception {
    Path apt = program("apt-get");
    SystemFio fio =
        fio(
            true,
            command -> {
              record(command);
              program("fio");
              return 0;
            });
    assertEquals(bin.resolve("fio"), fio.provide());
    assertEquals(List.of(List.of(apt.toString(), "install", "-y", "fio")), commands);
    assertTrue(said.toString().contains("installing it"), said.toString());
  }

  @Test
  void othersAreToldWhatToDo() throws Exception {
    assertRefused(true, "is not in PATH; install it");
    program("apt-get");
    assertRefused(false, "only root can install it: apt-get install fio");
    assertEquals(List.of(), commands);
    assertRefused(true, "exit code 100");
  }

  private void assertRefused(boolean root, String expected) {
    CommandFailure refused =
        assertThrows(CommandFailure.class, () -> fio(root, this::record).provide());
    assertEquals(2, refused.exitCode());
    assertTrue(refused.getMessage().contains(expected), refused.getMessage());
  }
}
