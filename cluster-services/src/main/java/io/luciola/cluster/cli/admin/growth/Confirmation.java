package io.luciola.cluster.cli.admin.growth;

import io.luciola.cluster.cli.CommandFailure;
import java.io.Console;
import picocli.CommandLine.Option;

/** The word of an operator that a change is to be made. */
final class Confirmation {

  @Option(names = "--yes", description = "Do not ask before something is changed.")
  private boolean given;

  /** Asks, unless the answer was given on the command line; goes on only with a yes. */
  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again without a terminal
  void ask(String question) {
    if (given) {
      return;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw CommandFailure.usage("without --yes nothing is done: there is no terminal to ask at");
    }
    String answer = console.readLine("%s [y/N] ", question);
    if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
      throw CommandFailure.failed("nothing was changed");
    }
  }
}
