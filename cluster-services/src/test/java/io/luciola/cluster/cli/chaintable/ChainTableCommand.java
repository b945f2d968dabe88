package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.Luciola;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs {@code luciola chain-table}. */
final class ChainTableCommand {

  record Outcome(int exitCode, String out, String err) {}

  private ChainTableCommand() {}

  static Outcome run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine(List.of(new ChainTableVerb()));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("chain-table"));
    all.addAll(List.of(words));
    return new Outcome(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  /** What a command that has to succeed printed. */
  static String done(String... words) {
    Outcome outcome = run(words);
    assertEquals(0, outcome.exitCode, outcome.err);
    return outcome.out;
  }

  static JsonNode json(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--output", "json"));
    String out = done(all.toArray(String[]::new));
    try {
      return new JsonMapper().readTree(out);
    } catch (IOException malformed) {
      throw new AssertionError(out, malformed);
    }
  }

  /** Wrong usage, with a message that says so. */
  static void wrong(String message, String... words) {
    Outcome outcome = run(words);
    assertEquals(CommandFailure.USAGE, outcome.exitCode, outcome.out + outcome.err);
    assertTrue(outcome.err.contains(message), outcome.err);
  }
}
