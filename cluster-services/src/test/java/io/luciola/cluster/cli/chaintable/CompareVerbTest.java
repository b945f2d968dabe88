package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.chart.Xml;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.chaintable.ChainTableCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareVerbTest {

  private static final String[] SIX_BY_TWELVE = {"compare", "--nodes", "6", "--disks", "12"};

  @TempDir Path directory;

  private static String[] with(String... more) {
    String[] words = new String[SIX_BY_TWELVE.length + more.length];
    System.arraycopy(SIX_BY_TWELVE, 0, words, 0, SIX_BY_TWELVE.length);
    System.arraycopy(more, 0, words, SIX_BY_TWELVE.length, more.length);
    return words;
  }

  @Test
  void luciolaUsesAllDisksEvenlyAndTheOtherRuleDoesNot() {
    JsonNode table = ChainTableCommand.json(with("--targets-per-disk", "5")).at("/tables/0");
    assertEquals(24, table.get("stripe").asInt());
    JsonNode luciola = table.at("/rules/0");
    assertEquals("luciola", luciola.get("rule").asText());
    assertEquals(120, luciola.at("/judgement/chains").asInt());
    assertEquals(24, luciola.at("/judgement/minimum_stripe").asInt());
    assertEquals(72, luciola.at("/judgement/coverage/fewest_of_file").asInt());
    assertEquals(24, luciola.at("/judgement/pairs/fewest").asInt());
    assertEquals(24, luciola.at("/judgement/pairs/most").asInt());
    assertTrue(luciola.at("/judgement/node_loss/hardest").asDouble() <= 1.15);
    assertEquals(5, luciola.at("/judgement/node_loss/survivors").size());
    JsonNode filled = luciola.at("/fillings/0");
    assertEquals("one large file", filled.get("workload").asText());
    assertFalse(filled.get("full").asBoolean());
    assertEquals(0.9, filled.at("/fill/of_cluster").asDouble(), 0.001);
    assertTrue(filled.at("/fill/coefficient_of_variation").asDouble() < 0.01);
    assertEquals(72, filled.at("/fill/disks").size());

    JsonNode other = table.at("/rules/1");
    assertEquals("by-disk-index", other.get("rule").asText());
    assertEquals(120, other.at("/judgement/chains").asInt());
    assertTrue(other.at("/judgement/coverage/fewest_of_file").asInt() < 36);
    assertTrue(other.at("/judgement/minimum_stripe").asInt() > 100);
    JsonNode fill = other.at("/fillings/0/fill");
    assertTrue(fill.get("fullest").asDouble() - fill.get("emptiest").asDouble() > 0.15);
    assertEquals(12, fill.get("by_disk_index").size());
  }

  @Test
  void theSmallestTablesAreJudgedByTheSameStripe() {
    JsonNode table = ChainTableCommand.json(SIX_BY_TWELVE).at("/tables/0");
    assertEquals(24, table.get("stripe").asInt());
    assertEquals(72, table.at("/rules/0/judgement/chains").asInt());
    assertEquals(72, table.at("/rules/0/judgement/coverage/fewest_of_file").asInt());
    assertTrue(table.at("/rules/0/judgement/node_loss/hardest").asDouble() <= 1.15);
    assertTrue(table.at("/rules/1/fillings/0/full").asBoolean());
  }

  @Test
  void aPersonSeesARowForEachMeasureAndBothSkews() {
    List<String> lines = ChainTableCommand.done(SIX_BY_TWELVE).lines().toList();
    assertEquals("Chain table 1: 72 disks on 6 nodes, 3 replicas, seed 1", lines.getFirst());
    assertRow(lines, "minimum stripe", " 24 ");
    assertRow(lines, "with stripe 24, disks that a file uses", " 72 / 72.0 ");
    assertRow(lines, "one large file (192 TiB each) until 90.0 %: fill reached", " 90.0 % ");
    assertRow(lines, "many files", "90.0 %");
    assertRow(lines, "  no space left (ENOSPC) at", " no ");
    assertEquals(24, lines.stream().filter(line -> line.matches(" {2}disk \\d+ .* %")).count());
    assertEquals(
        2, lines.stream().filter(line -> line.startsWith("Mean fill by disk index")).count());
    assertTrue(lines.contains("            1  9  9  9  9  9  9  9  9  9  9  9  9"), "" + lines);
  }

  private static void assertRow(List<String> lines, String name, String value) {
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith(name) && line.contains(value)),
        () -> name + ":" + value + " is not in\n" + String.join("\n", lines));
  }

  @Test
  void filesOfOneSizeAndAnotherFillAreWrittenWhenAskedFor() {
    JsonNode fillings =
        ChainTableCommand.json(with("--file-size", "1TiB", "--until", "50"))
            .at("/tables/0/rules/0/fillings");
    assertEquals(1, fillings.size());
    assertEquals("files of 1TiB", fillings.at("/0/workload").asText());
    assertEquals(0.5, fillings.at("/0/fill/of_cluster").asDouble(), 0.01);
    assertEquals(96, fillings.at("/0/files").asInt());
  }

  @Test
  void sumsBeyondWhatADoubleHoldsToTheByteAreReached() {
    for (JsonNode rule :
        ChainTableCommand.json(with("--disk-size", "64PiB")).at("/tables/0/rules")) {
      assertEquals(0.9, rule.at("/fillings/1/fill/of_cluster").asDouble(), 0.001);
      assertFalse(rule.at("/fillings/1/full").asBoolean());
    }
  }

  @Test
  void severalTablesShareTheDisks() {
    JsonNode tables =
        ChainTableCommand.json(with("--table", "1:3:3", "--table", "2:4:2", "--seed", "7"))
            .get("tables");
    assertEquals(2, tables.size());
    assertEquals(72, tables.at("/0/rules/0/judgement/chains").asInt());
    assertEquals(144, tables.at("/1/rules/0/judgement/chains").asInt());
    assertEquals(2, tables.at("/1/replicas").asInt());
    assertEquals(0.9, tables.at("/1/rules/0/fillings/0/fill/of_cluster").asDouble(), 0.01);
    assertFalse(tables.at("/1/rules/0/fillings/0/full").asBoolean());
  }

  @Test
  void aRuleThatCannotSaysWhyAndTheOtherIsJudged() throws IOException {
    Path file = directory.resolve("cluster.json");
    Files.writeString(
        file,
        """
        [{"id": 1, "disks": [{"size": "8TiB"}, {"size": "8TiB"}, {"size": "4TiB"}]},
         {"id": 2, "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 3, "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 4, "disks": [{"size": "8TiB"}, {"size": "8TiB"}]}]
        """);
    String[] words = {"compare", "--file", file.toString(), "--targets-per-disk", "6"};
    JsonNode rules = ChainTableCommand.json(words).at("/tables/0/rules");
    assertTrue(rules.at("/0/judgement/chains").asInt() > 0);
    assertTrue(rules.at("/1/refusal").asText().contains("by disk index"), rules.toString());
    assertTrue(rules.at("/1/judgement").isMissingNode());
    String text = ChainTableCommand.done(words);
    assertTrue(text.contains("by-disk-index makes no table: by disk index, the 1 nodes"), text);
  }

  @Test
  void zonesThatLeaveTheOtherRuleNoChoiceAreNoFailure() throws IOException {
    Path file = directory.resolve("cluster.json");
    Files.writeString(
        file,
        """
        [{"id": 1, "zone": "a", "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 2, "zone": "a", "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 3, "zone": "b", "disks": [{"size": "8TiB"}]},
         {"id": 4, "zone": "b", "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 5, "zone": "c", "disks": [{"size": "8TiB"}, {"size": "8TiB"}]},
         {"id": 6, "zone": "c", "disks": [{"size": "8TiB"}]},
         {"id": 7, "zone": "d", "disks": [{"size": "8TiB"}]},
         {"id": 8, "zone": "d", "disks": [{"size": "8TiB"}]}]
        """);
    JsonNode rules =
        ChainTableCommand.json("compare", "--file", file.toString(), "--targets-per-disk", "6")
            .at("/tables/0/rules");
    assertTrue(rules.at("/0/judgement/chains").asInt() > 0);
    assertTrue(rules.at("/1/refusal").asText().contains("no node fits"), rules.toString());
  }

  @Test
  void aPictureHasACellForEachDiskAndRule() throws IOException {
    Path svg = directory.resolve("picture.svg");
    ChainTableCommand.done(with("--svg", svg.toString()));
    assertEquals(144, Xml.cells(Xml.parse(Files.readString(svg)), 2));
    Outcome nowhere =
        ChainTableCommand.run(with("--svg", directory.resolve("no/such.svg").toString()));
    assertEquals(CommandFailure.FAILED, nowhere.exitCode());
    assertTrue(nowhere.err().contains("cannot be written"), nowhere.err());
  }

  @Test
  void whatIsWronglyAskedForIsSaidClearly() {
    ChainTableCommand.wrong("say --nodes and --disks, or --file", "compare");
    ChainTableCommand.wrong("say --nodes and --disks, or --file", "compare", "--nodes", "3");
    ChainTableCommand.wrong("--nodes must be from 1", "compare", "--nodes", "0", "--disks", "1");
    ChainTableCommand.wrong("--zones must be from 1 to 6, not 7", with("--zones", "7"));
    ChainTableCommand.wrong("--replicas must be from 1 to 6", with("--replicas", "7"));
    ChainTableCommand.wrong("--stripe is at least 1, not 0", with("--stripe", "0"));
    ChainTableCommand.wrong("--until is more than 0", with("--until", "101"));
    ChainTableCommand.wrong("--file-size is at least 1MiB", with("--file-size", "1KiB"));
    ChainTableCommand.wrong("'much' is not a size", with("--disk-size", "much"));
    ChainTableCommand.wrong("a size is more than 0", with("--disk-size", "0"));
    ChainTableCommand.wrong("'2:3' is no table", with("--table", "2:3"));
    ChainTableCommand.wrong("must be from 1 to 99", with("--table", "2:100:3"));
    ChainTableCommand.wrong(
        "--table stands instead of", with("--table", "2:3:3", "--replicas", "3"));
    ChainTableCommand.wrong("is wanted twice", with("--table", "2:3:3", "--table", "2:3:3"));
    ChainTableCommand.wrong("there is no node 9 to leave out", with("--exclude-node", "9"));
    ChainTableCommand.wrong("there is no disk x to leave out", with("--exclude-disk", "x"));
    ChainTableCommand.wrong("--file stands instead of", with("--file", "cluster.json"));
    ChainTableCommand.wrong("targets per disk must be", with("--targets-per-disk", "0"));
    ChainTableCommand.wrong("--output", with("--output", "xml"));
  }

  @Test
  void aNodeAndADiskAreLeftOut() {
    JsonNode comparison =
        ChainTableCommand.json(
            with("--exclude-node", "3", "--exclude-disk", EqualNodes.uuid(1, 0)));
    assertEquals(5, comparison.get("nodes").asInt());
    assertEquals(59, comparison.get("disks").asInt());
  }

  @Test
  void helpNamesOptionsAndExitCodes() {
    for (String verb : List.of("compare", "plan", "show")) {
      String help = ChainTableCommand.done(verb, "--help");
      assertTrue(help.contains("--svg"), help);
      assertTrue(help.contains("Exit codes: 0 done"), help);
    }
    String group = ChainTableCommand.done("--help");
    assertTrue(group.contains("compare") && group.contains("Exit codes"), group);
  }
}
