package io.luciola.cluster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luciola.blockstore.engine.BlockEngine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class SimVerbTest {

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return new Outcome(line.execute(words), out.toString(), err.toString());
  }

  @Test
  void manySeedsAreAddedUp() {
    Outcome outcome = run("sim", "--seeds", "40", "--threads", "2");
    assertEquals(0, outcome.exitCode, outcome.err);
    assertTrue(
        outcome.out.startsWith("40 seeds, 2 of them on real block engines; 0 broke a promise\n"),
        outcome.out);
    assertTrue(outcome.out.contains("updates acknowledged"), outcome.out);
    assertTrue(outcome.out.contains("  crash\n"), outcome.out);
  }

  @Test
  void enginesDoNotComplainOfWhatIsSimulated() {
    Logger engines = (Logger) LoggerFactory.getLogger(BlockEngine.class.getPackageName());
    Level level = engines.getLevel();
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    engines.addAppender(heard);
    try {
      assertEquals(0, run("sim", "--seed", "7").exitCode); // on real engines
      assertEquals(List.of(), heard.list);
    } finally {
      engines.detachAppender(heard);
      engines.setLevel(level);
    }
  }

  @Test
  void aSeedIsASchedule() {
    Outcome first = run("sim", "--seed", "5", "--trace");
    Outcome second = run("sim", "--seed", "5", "--trace");
    assertEquals(0, first.exitCode, first.err);
    assertEquals(first.out, second.out);
    assertTrue(first.out.contains("everything is healed"), first.out);
    assertTrue(first.out.lines().reduce((_, last) -> last).orElseThrow().startsWith("seed 5: "));
  }

  @Test
  void wrongUsageIsSaid() {
    assertEquals(2, run("sim", "--trace").exitCode);
    assertEquals(2, run("sim", "--seeds", "0").exitCode);
    assertEquals(2, run("sim", "--threads", "0").exitCode);
    assertTrue(run("sim", "--trace").err.contains("--trace goes with --seed"));
  }
}
