package io.luciola.cluster.cli.chaintable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that describes a cluster: a JSON list of nodes, {@code {"id": 1, "zone": "rack-1",
 * "disks": [{"size": "8TiB"}]}}. A disk may have an index and a UUID, too.
 */
final class ClusterFile {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private record Node(@Nullable Integer id, @Nullable String zone, @Nullable List<Disk> disks) {}

  private record Disk(@Nullable String size, @Nullable Integer index, @Nullable String uuid) {}

  private final Path file;

  private ClusterFile(Path file) {
    this.file = file;
  }

  /** Reads all nodes; what is wrong is a {@link CommandFailure}. */
  static List<PlacementNode> read(Path file) {
    ClusterFile reader = new ClusterFile(file);
    List<Node> nodes = reader.parse();
    List<PlacementNode> read = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      read.add(reader.node(nodes.get(i), i));
    }
    return read;
  }

  private List<Node> parse() {
    try {
      List<Node> nodes = JSON.readValue(Files.readString(file), new TypeReference<List<Node>>() {});
      if (nodes == null || nodes.isEmpty()) {
        throw wrong("it names no node");
      }
      return nodes;
    } catch (NoSuchFileException missing) {
      throw CommandFailure.usage("file " + file + " does not exist");
    } catch (JsonProcessingException malformed) {
      throw wrong(
          malformed.getOriginalMessage()
              + (malformed.getLocation() == null
                  ? ""
                  : " (line " + malformed.getLocation().getLineNr() + ")"));
    } catch (IOException unreadable) {
      throw CommandFailure.usage("file " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private PlacementNode node(@Nullable Node node, int place) {
    if (node == null || node.id == null) {
      throw wrong("node " + (place + 1) + " of the list has no id");
    }
    if (node.disks == null || node.disks.isEmpty()) {
      throw wrong("node " + node.id + " has no disks");
    }
    List<PlacementNode.Disk> disks = new ArrayList<>();
    for (int i = 0; i < node.disks.size(); i++) {
      disks.add(disk(node.id, node.disks.get(i), i));
    }
    return new PlacementNode(node.id, node.zone == null ? "" : node.zone, disks);
  }

  private PlacementNode.Disk disk(int nodeId, @Nullable Disk disk, int place) {
    String name = "disk " + (place + 1) + " of node " + nodeId;
    if (disk == null || disk.size == null) {
      throw wrong(name + " has no size");
    }
    int index = disk.index == null ? place : disk.index;
    String uuid = disk.uuid == null ? EqualNodes.uuid(nodeId, index) : disk.uuid;
    try {
      return new PlacementNode.Disk(uuid, index, ByteSize.parse(disk.size));
    } catch (IllegalArgumentException malformed) {
      throw wrong(name + ": " + malformed.getMessage());
    }
  }

  private CommandFailure wrong(String what) {
    return CommandFailure.usage("file " + file + ": " + what);
  }
}
