package io.luciola.cluster.cli.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.StatusRuntimeException;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminConfigVerbTest {

  @TempDir Path directory;
  private AdminCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new AdminCluster(directory);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("config.toml"), text).toString();
  }

  @Test
  void whatIsSetIsWhatAllNodesGoBySoon() throws Exception {
    assertEquals("", cluster.done("get-config", "storage"));
    String text = "refill-rate = \"8MiB\"\nscrub-rate = \"0\"\n";
    assertEquals(
        "storage configuration: version 1", cluster.done("set-config", "storage", file(text)));
    assertEquals(
        "storage configuration: version 1, as before",
        cluster.done("set-config", "storage", file(text)));
    cluster.await("all go by it", page -> cluster.admin("verify-config").exitCode() == 0);
    JsonNode services = cluster.admin("verify-config", "--output", "json").json().get("services");
    assertEquals(4, services.size());
    for (JsonNode service : services) {
      boolean storage = service.get("type").asText().equals("storage");
      assertEquals(storage ? 1 : 0, service.get("version").asInt(), service::toString);
    }
    assertEquals(text.strip(), cluster.done("get-config", "storage"));
    JsonNode config = cluster.admin("get-config", "storage", "--output", "json").json();
    assertEquals(1, config.get("version").asInt());
    assertEquals(text, config.get("text").asText());
    cluster.done("set-config", "storage", file(""));
    cluster.await("all are back", page -> cluster.admin("verify-config").exitCode() == 0);
    assertEquals("", cluster.done("get-config", "storage"));
  }

  @Test
  void whatIsWrongIsRefusedAndNamed() throws IOException {
    refused(
        "unknown key 'refil-rate'; known here: refill-rate, scrub-rate",
        "storage",
        "refil-rate = \"8MiB\"");
    refused("refill-rate must be above 0", "storage", "refill-rate = \"0\"");
    refused("chunk-size must be a power of two", "meta", "chunk-size = \"3MiB\"");
    refused("max-stripe must be 1 to 4096", "meta", "max-stripe = 0");
    refused("failure-timeout-ms must be at least 200", "mgmtd", "failure-timeout-ms = 20");
    refused("deadline-ms must be at least 100", "client", "deadline-ms = 1");
    refused("storage configuration:2: ", "storage", "scrub-rate = \"1MiB\"\nthis is not TOML");
    assertEquals(CommandFailure.USAGE, cluster.admin("set-config", "kv", file("")).exitCode());
    assertEquals(
        CommandFailure.USAGE,
        cluster.admin("set-config", "meta", directory.resolve("no").toString()).exitCode());
    assertEquals("", cluster.done("get-config", "storage"));
  }

  private void refused(String message, String type, String text) throws IOException {
    cluster.refused(message, "set-config", type, file(text));
    cluster.refused(message, "verify-config", type, file(text));
  }

  @Test
  void aFileIsCheckedWithoutBeingSet() throws IOException {
    String checked = cluster.done("verify-config", "client", file("deadline-ms = 30000"));
    assertTrue(
        checked.endsWith("is right; it differs from version 0 of the client configuration"),
        checked);
    assertEquals("", cluster.done("get-config", "client"));
  }

  @Test
  void whatAServicesOwnFileSaysCounts() throws IOException {
    cluster.done("set-config", "mgmtd", file("failure-timeout-ms = 5000"));
    Outcome who = cluster.admin("verify-config");
    assertEquals(0, who.exitCode());
    assertTrue(who.out().contains("its own file says failure-timeout-ms"), who.out());
  }

  @Test
  void onlyRegisteredNodesJoinWhereThatIsWanted() throws Exception {
    cluster.done("set-config", "mgmtd", file("registered-only = true"));
    String message =
        assertThrows(StatusRuntimeException.class, () -> cluster.startNode(4)).getMessage();
    assertTrue(message.contains("luciola admin register-node 4 storage"), message);
    cluster.done("register-node", "4", "storage");
    cluster.startNode(4);
    cluster.await(
        "node 4 is alive",
        page -> page.out().lines().anyMatch(l -> l.matches(" *4 +storage .* alive .*")));
  }

  @Test
  void newFilesAndNewDataPathsAreAsTheConfigurationOfMetaAndOfClientsSays() throws Exception {
    try (MetaServer meta = cluster.startMeta(null);
        LuciolaClient client = cluster.connect()) {
      Inode before = AdminCluster.create(client, "before");
      assertEquals(1 << 20, before.getLayout().getChunkSizeBytes());
      cluster.done("set-config", "meta", file("chunk-size = \"64KiB\"\nmax-stripe = 1"));
      cluster.done("set-config", "client", file("deadline-ms = 300"));
      cluster.await("Meta goes by it", page -> cluster.admin("verify-config").exitCode() == 0);
      Inode after = AdminCluster.create(client, "after");
      assertEquals(64 << 10, after.getLayout().getChunkSizeBytes());
      assertEquals(1, chainsOfLastSegment(client, after));
      assertEquals(2, chainsOfLastSegment(client, before));
      assertTrue(meta.address().port() > 0);
      cluster.stopNodes();
      try (DataPath data = client.openDataPath()) {
        long beganNs = System.nanoTime();
        long buffer = Memory.allocate(4096);
        int read = data.readNow(FileLayout.whole(64 << 10, new int[] {1}), 1, 0, 4096, buffer);
        Memory.free(buffer, 4096);
        assertTrue(read < 0, "nobody can have answered: " + read);
        assertTrue(System.nanoTime() - beganNs < 4_000_000_000L, "it was tried for too long");
      }
    }
  }

  private static int chainsOfLastSegment(LuciolaClient client, Inode file) {
    Layout layout = client.namespace().growLayout(file.getId(), 9).getLayout();
    return layout.getSegments(layout.getSegmentsCount() - 1).getChainIdsCount();
  }
}
