package io.luciola.spdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Start and end of SPDK, which a process can see only once: {@link SpdkProcess}. */
class SpdkProcessTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"affinity", "end", "failure", "before"})
  void inAProcessOfItsOwn(String scenario) throws IOException, InterruptedException {
    run(scenario);
  }

  @Test
  void keepsTheHandlerOfBusErrors() throws IOException, InterruptedException {
    run("signal", directory.resolve("file").toString());
  }

  @Test
  void takesAnotherLibraryAfterABadOne() throws IOException, InterruptedException {
    Path bad = StandInLibrary.compile(directory, "-Dspdk_env_fini=renamed_fini");
    run("retry", bad.toString());
  }

  private static void run(String scenario, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.add("-D" + StandInSpdk.LIBRARY_PROPERTY + "=" + StandInSpdk.location().library());
    command.addAll(List.of("-cp", classPath(), SpdkProcess.class.getName(), scenario));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals("ok", output.strip());
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
