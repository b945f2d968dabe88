package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.chart.Xml;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.chaintable.ChainTableCommand.Outcome;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowVerbTest {

  private static final long DISK_BYTES = 192L << 20;

  @TempDir Path directory;
  private AdminCluster cluster;
  private String address;

  @BeforeEach
  void start() throws Exception {
    cluster = new AdminCluster(directory);
    address = "luciola://" + cluster.mgmtd() + "/";
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private JsonNode show(String... more) {
    List<String> words = new ArrayList<>(List.of("show", "--cluster", address));
    words.addAll(List.of(more));
    return ChainTableCommand.json(words.toArray(String[]::new));
  }

  @Test
  void theTableOfAClusterIsJudgedAndDrawn() throws IOException {
    JsonNode shown = show();
    assertEquals(1, shown.get("table").asInt());
    assertEquals(1, shown.get("version").asInt());
    assertEquals(2, shown.at("/judgement/chains").asInt());
    assertEquals(3, shown.at("/judgement/coverage/fewest_of_file").asInt());
    assertEquals(1.0, shown.at("/judgement/node_loss/hardest").asDouble(), 1e-9);
    assertEquals(3, shown.at("/fill/disks").size());
    assertEquals(0.0, shown.at("/fill/of_cluster").asDouble());

    Path svg = directory.resolve("show.svg");
    String text = ChainTableCommand.done("show", "--cluster", address, "--svg", svg.toString());
    assertTrue(text.startsWith("Chain table 1, version 1: 3 replicas, "), text);
    assertTrue(text.contains("fullest / emptiest disk"), text);
    assertTrue(text.contains("node \\ disk"), text);
    assertEquals(3, Xml.cells(Xml.parse(Files.readString(svg)), 1));
  }

  @Test
  void theFillIsWhatTheTargetsOfADiskHold() throws Exception {
    int lengthBytes = 4 << 20;
    int chain = cluster.admin("list-chains", "--output", "json").json().at("/0/id").asInt();
    long content = Memory.allocate(lengthBytes);
    try (LuciolaClient client = cluster.connect();
        DataPath data = client.openDataPath()) {
      FileLayout layout = FileLayout.whole(1 << 20, new int[] {chain});
      assertEquals(lengthBytes, data.writeNow(layout, 4711, 0, lengthBytes, content));
    } finally {
      Memory.free(content, lengthBytes);
    }
    cluster.await("all nodes have said so", _ -> used("list-targets") == 3L * lengthBytes);
    JsonNode shown = show();
    // What chunks can use of a disk file is a little less than the file.
    double least = (double) lengthBytes / DISK_BYTES;
    double fill = shown.at("/fill/of_cluster").asDouble();
    assertTrue(fill >= least && fill < 1.5 * least, shown.toString());
    for (JsonNode disk : shown.at("/fill/disks")) {
      assertEquals(fill, disk.get("fill").asDouble(), 1e-9);
    }
  }

  private long used(String list) {
    long used = 0;
    for (JsonNode target : cluster.admin(list, "--output", "json").json()) {
      used += target.get("used_bytes").asLong();
    }
    return used;
  }

  @Test
  void aPlanIsCarriedOutWithTheAdminVerbsAndShown() throws IOException {
    long firstTarget = 1 + highest("list-targets");
    long firstChain = 1 + highest("list-chains");
    Path files = directory.resolve("upload");
    ChainTableCommand.done(
        "plan",
        "--nodes",
        "3",
        "--disks",
        "1",
        "--targets-per-disk",
        "3",
        "--disk-size",
        "24MiB",
        "--upload-files",
        files.toString(),
        "--first-target",
        "" + firstTarget,
        "--first-chain",
        "" + firstChain);
    for (String line : Files.readAllLines(files.resolve("targets.txt"))) {
      String[] halves = line.split(" # ", -1);
      String words = halves[0].substring(halves[0].indexOf("--node"));
      assertEquals(halves[1], cluster.done("create-target", words.split(" ", -1)));
    }
    cluster.await(
        "the nodes hold them",
        now ->
            cluster.admin("list-targets").out().lines().filter(l -> l.contains("ONLINE")).count()
                == 9);
    assertEquals(
        "3 chains are made, 0 existed",
        cluster.done("upload-chains", files.resolve("chains.csv").toString()));
    cluster.done("upload-chain-table", "2", files.resolve("chain-table-1.csv").toString());
    JsonNode shown = show("--table", "2", "--table-version", "1", "--stripe", "1");
    assertEquals(3, shown.at("/judgement/chains").asInt());
    assertEquals(3, shown.at("/judgement/pairs/most").asInt());
    assertEquals(1, shown.at("/judgement/stripe").asInt());
    assertEquals(rounds(files), roundStarts(2), "as planned");
  }

  /** Where rounds begin in a file for upload-chain-table, whose lines end with their numbers. */
  private static List<Integer> rounds(Path files) throws IOException {
    List<String> lines = Files.readAllLines(files.resolve("chain-table-1.csv"));
    List<Integer> starts = new ArrayList<>();
    for (int slot = 0; slot < lines.size() - 1; slot++) {
      String round = lines.get(slot + 1).split(",", -1)[1];
      if (slot == 0 || !round.equals(lines.get(slot).split(",", -1)[1])) {
        starts.add(slot);
      }
    }
    assertTrue(starts.size() > 1, lines::toString);
    return starts;
  }

  private List<Integer> roundStarts(int tableId) {
    for (JsonNode table : cluster.admin("list-chain-tables", "--output", "json").json()) {
      if (table.get("id").asInt() == tableId) {
        List<Integer> starts = new ArrayList<>();
        table.get("round_starts").forEach(start -> starts.add(start.asInt()));
        return starts;
      }
    }
    throw new AssertionError("there is no table " + tableId);
  }

  private long highest(String list) {
    long highest = 0;
    for (JsonNode listed : cluster.admin(list, "--output", "json").json()) {
      highest = Math.max(highest, listed.get("id").asLong());
    }
    return highest;
  }

  @Test
  void aTableThatIsNotThereAndAMgmtdThatIsSilentAreSaid() throws IOException {
    Outcome missing = ChainTableCommand.run("show", "--cluster", address, "--table", "5");
    assertEquals(CommandFailure.FAILED, missing.exitCode());
    assertTrue(missing.err().contains("there is no chain table 5;"), missing.err());
    Outcome version = ChainTableCommand.run("show", "--cluster", address, "--table-version", "9");
    assertTrue(version.err().contains("no chain table 1 of version 9"), version.err());
    ChainTableCommand.wrong("", "show");
    ChainTableCommand.wrong("luciola: ", "show", "--cluster", "http://here");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Outcome silent =
        ChainTableCommand.run("show", "--cluster", "luciola://127.0.0.1:" + port + "/");
    assertEquals(CommandFailure.FAILED, silent.exitCode());
    assertTrue(silent.err().contains("127.0.0.1:" + port), silent.err());
  }
}
