package io.luciola.fuse.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.fuse.kernel.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How mounts begin and end, each in a process of its own. */
@Timeout(120)
final class MountLifeTest {

  @TempDir Path temporary;
  private Path directory;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void directory() throws IOException {
    TestMount.assumeMountable();
    directory = Files.createDirectory(temporary.resolve("m n\\t"));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    while (directory != null && MountTable.at(directory).isPresent()) {
      assertEquals(0, umount("-l"));
    }
  }

  private int umount(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("umount"));
    command.addAll(List.of(options));
    command.add(directory.toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private Process start(String... options) throws Exception {
    int number = processes.size();
    List<String> arguments = new ArrayList<>(List.of("-f", "--ready-file=" + ready(number)));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("127.0.0.1:1", directory.toString()));
    Process process = MemoryMountProcess.start(output(number), arguments);
    processes.add(process);
    return process;
  }

  private Process startAndAwait(String... options) throws Exception {
    int number = processes.size();
    Process process = start(options);
    while (!Files.exists(ready(number))) {
      assertTrue(process.isAlive(), Files.readString(output(number)));
      Thread.sleep(20);
    }
    return process;
  }

  private Path ready(int number) {
    return temporary.resolve("ready" + number);
  }

  private Path output(int number) {
    return temporary.resolve("output" + number);
  }

  private void assertEnded(int number, int exitCode) throws Exception {
    Process process = processes.get(number);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the mount's process goes on");
    assertEquals(exitCode, process.exitValue(), Files.readString(output(number)));
  }

  @Test
  void umountFromOutsideEndsTheProcess() throws Exception {
    startAndAwait();
    assertEquals("luciola://127.0.0.1:1/", MountTable.at(directory).orElseThrow().source());
    Files.writeString(directory.resolve("f"), "x");
    assertEquals(0, umount());
    assertEnded(0, 0);
    assertTrue(Files.readString(output(0)).contains("sessions left: 0"));
  }

  @Test
  void terminatingTheProcessUnmounts() throws Exception {
    Process process = startAndAwait("-o", "fsname=named");
    assertEquals("named", MountTable.at(directory).orElseThrow().source());
    Files.writeString(directory.resolve("f"), "x");
    process.destroy();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertFalse(MountTable.at(directory).isPresent());
    assertTrue(Files.readString(output(0)).contains("sessions left: 0"));
  }

  @Test
  void aMountWhoseProcessWasKilledIsReplaced() throws Exception {
    startAndAwait().destroyForcibly().waitFor();
    assertThrows(IOException.class, () -> Files.writeString(directory.resolve("f"), "x"));
    startAndAwait();
    Files.writeString(directory.resolve("f"), "x");
    assertEquals(0, umount());
    assertEnded(1, 0);
    assertFalse(MountTable.at(directory).isPresent(), "the dead mount is still there");
  }

  @Test
  void aSecondMountAtTheSamePlaceIsRefused() throws Exception {
    startAndAwait();
    start();
    assertEnded(1, 1);
    assertTrue(Files.readString(output(1)).contains("is mounted already"));
    assertEquals(0, umount());
  }

  @Test
  void aReadOnlyMountRefusesWrites() throws Exception {
    startAndAwait("-o", "ro,noatime");
    assertThrows(IOException.class, () -> Files.writeString(directory.resolve("f"), "x"));
    assertEquals(0, umount());
  }

  @Test
  void whatCannotBeMountedIsExplained() throws Exception {
    Files.delete(directory);
    start();
    assertEnded(0, 1);
    assertTrue(Files.readString(output(0)).contains("no directory at"));
    Files.createFile(directory);
    start();
    assertEnded(1, 1);
    assertTrue(Files.readString(output(1)).contains("is not a directory"));
    start("-o", "driver=none");
    assertEnded(2, 1);
    assertTrue(Files.readString(output(2)).contains("there are: raw"));
  }
}
