package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.chart.Xml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanVerbTest {

  @TempDir Path directory;

  @Test
  void allTargetsAreInTheChainsOfTheTableAndFitTheirDisks() {
    JsonNode plan =
        ChainTableCommand.json(
            "plan", "--nodes", "6", "--disks", "4", "--zones", "3", "--disk-size", "1TiB");
    Map<Long, Integer> nodeOf = new HashMap<>();
    Map<String, Long> budgets = new HashMap<>();
    for (JsonNode target : plan.get("targets")) {
      nodeOf.put(target.get("id").asLong(), target.get("node").asInt());
      budgets.merge(
          target.get("disk_uuid").asText(), target.get("budget_bytes").asLong(), Long::sum);
    }
    assertEquals(24, budgets.size());
    budgets.values().forEach(sum -> assertTrue(sum <= 1L << 40 && sum > 1L << 39, "" + sum));
    Set<Long> seen = new HashSet<>();
    JsonNode slots = plan.at("/chains/0/slots");
    for (JsonNode slot : slots) {
      Set<Integer> zones = new HashSet<>();
      for (JsonNode target : slot.get("targets")) {
        assertTrue(seen.add(target.asLong()));
        zones.add(nodeOf.get(target.asLong()) % 3);
      }
      assertEquals(3, zones.size());
    }
    assertEquals(nodeOf.keySet(), seen);
    assertEquals(plan.at("/tables/0/rules/0/judgement/chains").asInt(), slots.size());
    int heads = 0;
    for (JsonNode node : plan.get("nodes")) {
      heads += node.get("heads").asInt();
      assertTrue(node.get("zone").asText().startsWith("zone-"));
      assertEquals(
          4L << 40, node.get("usable_bytes").asLong() + node.get("left_over_bytes").asLong());
    }
    assertEquals(slots.size(), heads);
  }

  @Test
  void aPersonSeesNodesDisksAndOnDemandChains() {
    String[] words = {"plan", "--nodes", "3", "--disks", "2", "--targets-per-disk", "4"};
    String plan = ChainTableCommand.done(words);
    assertTrue(plan.contains("Chain table 1: 3 replicas, seed 1"), plan);
    assertEquals(1, plan.lines().filter(line -> line.startsWith("NODE ")).count(), plan);
    assertEquals(
        6,
        plan.lines().filter(line -> line.contains(EqualNodes.uuid(1, 0).substring(0, 15))).count());
    assertFalse(plan.contains("SLOT"), plan);
    String[] more = {"plan", "--nodes", "3", "--disks", "2", "--targets-per-disk", "4", "--chains"};
    List<String> chains =
        ChainTableCommand.done(more)
            .lines()
            .filter(line -> line.matches(" +\\d+ +\\d+ +\\d+  (\\d+@\\d/\\d(  )?){3}"))
            .toList();
    assertEquals(8, chains.size(), () -> ChainTableCommand.done(more));
    assertEquals("     0      0       1  ", chains.getFirst().substring(0, 23));
  }

  @Test
  void largeClustersAreListedByNodeOnly() {
    String plan =
        ChainTableCommand.done("plan", "--nodes", "41", "--disks", "3", "--file-size", "1PiB");
    assertEquals(41, plan.lines().filter(line -> line.matches("\\d+ +- +3 .*")).count(), plan);
    assertFalse(plan.contains("UUID"), plan);
    assertFalse(plan.contains("node \\ disk"), plan);
  }

  @Test
  void theSameSeedGivesTheSamePlanAndAnotherOneAnother() {
    String[] one = {"plan", "--nodes", "5", "--disks", "3", "--seed", "4"};
    String[] other = {"plan", "--nodes", "5", "--disks", "3", "--seed", "5"};
    JsonNode chains = ChainTableCommand.json(one).get("chains");
    assertEquals(chains, ChainTableCommand.json(one).get("chains"));
    assertNotEquals(chains, ChainTableCommand.json(other).get("chains"));
  }

  @Test
  void theOtherRuleIsPlannedWhenAskedFor() {
    JsonNode plan =
        ChainTableCommand.json("plan", "--nodes", "6", "--disks", "12", "--rule", "by-disk-index");
    assertEquals("by-disk-index", plan.get("rule").asText());
    assertEquals(24, plan.at("/tables/0/stripe").asInt());
    assertTrue(plan.at("/tables/0/rules/0/fillings/0/full").asBoolean());
  }

  @Test
  void filesForAdminVerbsAreNumberedFromTheFirstFreeIds() throws IOException {
    Path files = directory.resolve("upload");
    ChainTableCommand.done(
        "plan",
        "--nodes",
        "3",
        "--disks",
        "1",
        "--targets-per-disk",
        "2",
        "--disk-size",
        "32MiB",
        "--upload-files",
        files.toString(),
        "--first-target",
        "300107",
        "--first-chain",
        "40");
    List<String> targets = Files.readAllLines(files.resolve("targets.txt"));
    assertEquals(
        "luciola admin create-target --cluster \"$CLUSTER\" --node 1 --disk 0 --budget 16777216B"
            + " # 300107",
        targets.getFirst());
    assertEquals(6, targets.size());
    assertTrue(targets.getLast().endsWith("# 300112"), targets.getLast());
    List<String> chains = Files.readAllLines(files.resolve("chains.csv"));
    assertEquals(3, chains.size());
    assertTrue(chains.get(1).matches("40(,3001(0[789]|1[012])){3}"), chains.get(1));
    assertEquals(
        List.of("chain,round", "40,1", "41,2"),
        Files.readAllLines(files.resolve("chain-table-1.csv")));
  }

  @Test
  void withoutASecondReplicaNobodyReadsMore() throws IOException {
    Path svg = directory.resolve("plan.svg");
    String plan =
        ChainTableCommand.done(
            "plan", "--nodes", "2", "--disks", "2", "--replicas", "1", "--svg", svg.toString());
    assertTrue(plan.lines().anyMatch(l -> l.matches("a node dies: .* times the mean +-")), plan);
    assertTrue(Files.readString(svg).contains("No node shares chains with another"));
    assertEquals(4, Xml.cells(Xml.parse(Files.readString(svg)), 1));
  }

  @Test
  void aPictureIsDrawn() throws IOException {
    Path svg = directory.resolve("plan.svg");
    ChainTableCommand.done("plan", "--nodes", "4", "--disks", "3", "--svg", svg.toString());
    assertEquals(12, Xml.cells(Xml.parse(Files.readString(svg)), 1));
  }

  @Test
  void whatIsWronglyAskedForIsSaidClearly() {
    ChainTableCommand.wrong(
        "is no rule", "plan", "--nodes", "3", "--disks", "1", "--rule", "alphabetical");
    ChainTableCommand.wrong(
        "--upload-files needs", "plan", "--nodes", "3", "--disks", "1", "--upload-files", "x");
    ChainTableCommand.wrong(
        "do not divide into chains",
        "plan",
        "--nodes",
        "4",
        "--disks",
        "1",
        "--targets-per-disk",
        "1");
  }
}
