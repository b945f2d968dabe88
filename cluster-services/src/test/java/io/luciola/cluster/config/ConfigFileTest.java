package io.luciola.cluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.cluster.assembly.ClusterPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final String STORAGE =
      """
      node-id = 1
      listen = "127.0.0.1:7501"
      mgmtd = ["127.0.0.1:7420"]
      disks = ["uring:/data/disk0", "memory:64MiB"]
      disk-size = "4GiB"
      format-empty = true
      """;

  @TempDir Path directory;

  @Test
  void readsAStorageNode() throws IOException {
    StorageConfig config = read(STORAGE, StorageConfig.class);
    assertEquals(new HostPort("127.0.0.1", 7501), config.listen());
    assertEquals(2, config.disks().size());
  }

  @Test
  void threadsOfDisksAreChosenByName() throws IOException {
    assertEquals(ThreadingMode.SHARED, read(STORAGE, StorageConfig.class).threadingMode());
    StorageConfig dedicated =
        read(STORAGE + "threading = \"dedicated\"\nidle = \"yield\"\n", StorageConfig.class);
    assertEquals(ThreadingMode.DEDICATED, dedicated.threadingMode());
    assertEquals(IdleMode.YIELD, dedicated.idleMode());
    String wrong = refusal(STORAGE + "threading = \"many\"\n");
    assertTrue(wrong.contains("must be dedicated, shared or invoker, not many"), wrong);
    String noNode = refusal(STORAGE + "threading = \"invoker\"\n");
    assertTrue(noNode.contains("must be shared or dedicated"), noNode);
    String useless = refusal(STORAGE + "idle = \"yield\"\n");
    assertTrue(useless.contains("goes with threading"), useless);
  }

  @Test
  void whetherDisksAreToldOfFreedSpaceIsTheirKindsChoiceUnlessGiven() throws IOException {
    assertNull(read(STORAGE, StorageConfig.class).discard());
    assertEquals(true, read(STORAGE + "discard = true\n", StorageConfig.class).discard());
    assertEquals(false, read(STORAGE + "discard = false\n", StorageConfig.class).discard());
    String wrong = refusal(STORAGE + "discard = \"sometimes\"\n");
    assertTrue(wrong.contains("discard"), wrong);
  }

  @Test
  void writesWhatItReads() throws IOException {
    ClusterConfig config =
        new ClusterPlan(new HostPort("127.0.0.1", 7420), 3, 2, "1GiB", 3, 4, false)
            .configFor(directory);
    Path file = directory.resolve("cluster.toml");
    ConfigFile.write(file, config);
    assertEquals(config, ConfigFile.read(file, ClusterConfig.class));
  }

  @Test
  void anUnknownKeyIsNamedWithThoseThatAreKnown() {
    String message = refusal(STORAGE + "disk-sice = \"4GiB\"\n");
    assertTrue(message.contains("storage.toml: unknown key 'disk-sice'"), message);
    assertTrue(message.contains("disk-size"), message);
  }

  @Test
  void aMissingKeyIsNamed() {
    String message = refusal(STORAGE.replace("listen", "# listen"));
    assertTrue(message.contains("'listen' is missing"), message);
  }

  @Test
  void aMissingNumberOrTruthValueIsNamedWithTheFile() {
    Path file = directory.resolve("storage.toml");
    assertEquals(
        file + ": the key 'node-id' is missing", refusal(STORAGE.replace("node-id", "# node-id")));
    assertEquals(
        file + ": the key 'format-empty' is missing",
        refusal(STORAGE.replace("format-empty", "# format-empty")));
  }

  @Test
  void aMissingNumberOfATableIsNamedWithTheTable() {
    String mgmtd =
        """
        listen = "127.0.0.1:7420"
        data-dir = "/data/mgmtd"

        [placement]
        storage-nodes = 3
        targets-per-disk = 4
        seed = 1
        """;
    String message =
        assertThrows(ConfigException.class, () -> read(mgmtd, MgmtdConfig.class)).getMessage();
    assertTrue(message.endsWith("storage.toml: the key 'placement.replicas' is missing"), message);
  }

  @Test
  void aNumberThatIsNoneIsNotCalledMissing() {
    String message = refusal(STORAGE.replace("node-id = 1", "node-id = \"one\""));
    assertTrue(message.contains("storage.toml: 'node-id': "), message);
  }

  @Test
  void aWrongAddressIsExplained() {
    String message = refusal(STORAGE.replace("127.0.0.1:7501", "7501"));
    assertTrue(message.contains("HOST:PORT"), message);
  }

  @Test
  void aMalformedFileIsNamedWithTheLine() {
    String message = refusal(STORAGE + "listen = = 1\n");
    assertTrue(message.contains("storage.toml:7: "), message);
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = directory.resolve("none.toml");
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.read(file, StorageConfig.class))
            .getMessage();
    assertTrue(message.contains("none.toml does not exist"), message);
  }

  private String refusal(String text) {
    return assertThrows(ConfigException.class, () -> read(text, StorageConfig.class)).getMessage();
  }

  private <T> T read(String text, Class<T> type) throws IOException {
    Path file = directory.resolve("storage.toml");
    Files.writeString(file, text);
    return ConfigFile.read(file, type);
  }
}
