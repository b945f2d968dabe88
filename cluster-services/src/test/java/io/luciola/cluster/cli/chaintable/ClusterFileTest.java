package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFileTest {

  @TempDir Path directory;

  private List<PlacementNode> read(String text) throws IOException {
    return ClusterFile.read(Files.writeString(directory.resolve("cluster.json"), text));
  }

  @Test
  void whatIsNotSaidIsMadeUpAlwaysTheSame() throws IOException {
    List<PlacementNode> nodes =
        read(
            """
            [{"id": 7, "zone": "rack-1", "disks": [{"size": "8TiB"}, {"size": "4TiB"}]},
             {"id": 9, "disks": [{"size": "1GiB", "index": 5, "uuid": "abc"}]}]
            """);
    assertEquals(
        List.of(
            new PlacementNode(
                7,
                "rack-1",
                List.of(
                    new PlacementNode.Disk("00000000000000070000000000000000", 0, 8L << 40),
                    new PlacementNode.Disk("00000000000000070000000000000001", 1, 4L << 40))),
            new PlacementNode(9, List.of(new PlacementNode.Disk("abc", 5, 1L << 30)))),
        nodes);
  }

  @Test
  void whatIsWrongIsNamed() {
    wrong("it names no node", "[]");
    wrong("node 1 of the list has no id", "[{\"disks\": [{\"size\": \"1GiB\"}]}]");
    wrong("node 1 of the list has no id", "[null]");
    wrong("node 4 has no disks", "[{\"id\": 4}]");
    wrong("node 4 has no disks", "[{\"id\": 4, \"disks\": []}]");
    wrong("disk 1 of node 4 has no size", "[{\"id\": 4, \"disks\": [{}]}]");
    wrong(
        "disk 1 of node 4: 'big' is not a size", "[{\"id\": 4, \"disks\": [{\"size\": \"big\"}]}]");
    wrong("\"colour\"", "[{\"id\": 4, \"colour\": 1}]");
    wrong("(line 2)", "[{\"id\": 4,\n disks]");
    CommandFailure missing =
        assertThrows(
            CommandFailure.class, () -> ClusterFile.read(directory.resolve("missing.json")));
    assertEquals(CommandFailure.USAGE, missing.exitCode());
    assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
  }

  private void wrong(String message, String text) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> read(text));
    assertEquals(CommandFailure.USAGE, failure.exitCode());
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
    assertTrue(failure.getMessage().contains("cluster.json"), failure.getMessage());
  }
}
