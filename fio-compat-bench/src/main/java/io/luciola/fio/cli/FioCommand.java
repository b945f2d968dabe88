package io.luciola.fio.cli;

import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.run.Clock;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code luciola fio}: takes all its arguments as they are, like fio. */
@Command(
    name = "fio",
    description = "Runs fio jobs on Luciola's engines; arguments and job files are fio's.",
    footer = {"", "'luciola fio --help' lists the options."})
public final class FioCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For picocli. */
  public FioCommand() {}

  @Override
  public Integer call() {
    return new FioSession(IoEngines.installed(), Clock.SYSTEM, System.out, System.err, isTerminal())
        .run(arguments);
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /**
   * Runs fio for another verb or a test: no terminal, progress only with {@code --eta=always}.
   *
   * @param arguments as on the command line
   * @param out where the report goes unless {@code --output} names a file
   * @param err where errors and progress go
   * @return 0 when all jobs ran without an error, otherwise 1
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return new FioSession(IoEngines.installed(), Clock.SYSTEM, out, err, false).run(arguments);
  }
}
