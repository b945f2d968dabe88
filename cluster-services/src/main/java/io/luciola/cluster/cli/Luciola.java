package io.luciola.cluster.cli;

import io.luciola.cluster.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code luciola} command. */
@Command(
    name = "luciola",
    description = "Luciola, a replicated file system over user-space NVMe engines.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "'luciola VERB --help' tells more. 'luciola test' builds and runs the test suite.",
      "Exit codes: 0 done, 1 failed, 2 wrong command line or configuration."
    })
public final class Luciola implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs a verb and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a verb in this process. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    List<Object> verbs = new ArrayList<>();
    ServiceLoader.load(VerbProvider.class).forEach(provider -> verbs.addAll(provider.verbs()));
    return commandLine(verbs);
  }

  /** The command with some verbs only. */
  public static CommandLine commandLine(List<Object> verbs) {
    CommandLine line = new CommandLine(new Luciola());
    verbs.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(Luciola::explain);
    return line;
  }

  private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    return switch (failure) {
      case CommandFailure expected -> {
        line.getErr().println("luciola: " + expected.getMessage());
        yield expected.exitCode();
      }
      case ConfigException wrong -> {
        line.getErr().println("luciola: " + wrong.getMessage());
        yield CommandFailure.USAGE;
      }
      default -> throw failure;
    };
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Which verb?");
  }
}
