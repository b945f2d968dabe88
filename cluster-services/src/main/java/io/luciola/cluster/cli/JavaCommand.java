package io.luciola.cluster.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts {@code luciola} the way this process was started. */
public final class JavaCommand {

  private JavaCommand() {}

  /**
   * This process's own command line up to the main class, then the given arguments.
   *
   * @throws IOException when the kernel does not tell the command line
   */
  public static List<String> luciola(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    String own = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    for (String word : own.split("\0", -1)) {
      command.add(word);
      if (word.equals(Luciola.class.getName())) {
        command.addAll(arguments);
        return command;
      }
    }
    // Started by something else, a test runner for example: same JVM, same class path.
    List<String> fresh = new ArrayList<>();
    fresh.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option :
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-javaagent") && !option.startsWith("-agentlib")) {
        fresh.add(option);
      }
    }
    fresh.add("-cp");
    fresh.add(System.getProperty("java.class.path"));
    fresh.add(Luciola.class.getName());
    fresh.addAll(arguments);
    return fresh;
  }
}
