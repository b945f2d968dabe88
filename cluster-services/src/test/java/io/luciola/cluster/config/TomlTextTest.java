package io.luciola.cluster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.cluster.assembly.ClusterPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomlTextTest {

  @TempDir Path directory;

  @Test
  void aConfigurationLooksAsPeopleWriteIt() throws IOException {
    Path file = directory.resolve("cluster.toml");
    ConfigFile.write(
        file,
        new ClusterPlan(new HostPort("127.0.0.1", 7420), 3, 1, "1GiB", 3, 4, false)
            .configFor(Path.of("/data")));
    String expected =
        """
        [mgmtd]
        listen = "127.0.0.1:7420"
        data-dir = "/data/mgmtd"

        [mgmtd.placement]
        storage-nodes = 3
        replicas = 3
        targets-per-disk = 4
        seed = 1

        [meta]
        node-id = 101
        listen = "127.0.0.1:0"
        mgmtd = ["127.0.0.1:7420"]
        data-dir = "/data/meta"

        [[storage]]
        node-id = 1
        listen = "127.0.0.1:0"
        mgmtd = ["127.0.0.1:7420"]
        disks = ["uring:/data/storage-1/disk0"]
        disk-size = "1GiB"
        format-empty = true
        """;
    assertEquals(expected, Files.readString(file).substring(0, expected.length()));
  }
}
