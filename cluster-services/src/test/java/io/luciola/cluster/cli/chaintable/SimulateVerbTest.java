package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.chart.Xml;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.chaintable.ChainTableCommand.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateVerbTest {

  private static final String[] SIX_BECOME_EIGHT = {
    "simulate", "--nodes", "6", "--disks", "12", "--add-nodes", "2"
  };

  @TempDir Path directory;

  @Test
  void twoEmptyNodesAreFilledAndTheOtherRuleFails() {
    JsonNode result = ChainTableCommand.json(SIX_BECOME_EIGHT);
    assertEquals(8, result.get("nodes_after").asInt());
    JsonNode luciola = result.at("/rules/0");
    assertFalse(luciola.get("full").asBoolean());
    assertTrue(luciola.get("spread").asDouble() <= 0.03, luciola.get("spread").asText());
    assertEquals(0.95, luciola.at("/end/of_cluster").asDouble(), 0.001);
    JsonNode other = result.at("/rules/1");
    assertTrue(other.get("full").asBoolean());
    assertTrue(other.get("full_at").asDouble() < 0.85, other.get("full_at").asText());
  }

  @Test
  void peopleSeeWhenItFailsAndAPicture() throws Exception {
    Path svg = directory.resolve("grown.svg");
    String[] words = new String[SIX_BECOME_EIGHT.length + 2];
    System.arraycopy(SIX_BECOME_EIGHT, 0, words, 0, SIX_BECOME_EIGHT.length);
    words[words.length - 2] = "--svg";
    words[words.length - 1] = svg.toString();
    Outcome outcome = ChainTableCommand.run(words);
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertTrue(outcome.out().contains("it grows"), outcome.out());
    assertTrue(outcome.out().contains("No write failed"), outcome.out());
    assertTrue(outcome.out().contains("found no space (ENOSPC) when"), outcome.out());
    assertEquals(8 * 12 + 8 * 12, Xml.cells(Xml.parse(Files.readString(svg)), 2));
  }

  @Test
  void somethingMustBeAdded() {
    Outcome outcome = ChainTableCommand.run("simulate", "--nodes", "6", "--disks", "2");
    assertEquals(CommandFailure.USAGE, outcome.exitCode());
    assertTrue(outcome.err().contains("--add-nodes or --add-disks"), outcome.err());
  }
}
