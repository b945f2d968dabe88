package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.PlacementRule;
import io.luciola.chaintable.placement.TableRequest;
import io.luciola.chaintable.placement.TargetsPerDisk;
import io.luciola.cluster.cli.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the disks are, and which tables are wanted. */
final class ClusterOptions {

  private static final int MAX_NODES = 10_000;
  private static final int MAX_DISKS = 999;
  private static final int MAX_CHAINS = 99_999;
  private static final long DEFAULT_DISK_BYTES = 8L << 40;
  private static final int DEFAULT_REPLICAS = 3;

  @Option(names = "--nodes", paramLabel = "N", description = "So many equal nodes.")
  private @Nullable Integer nodes;

  @Option(names = "--disks", paramLabel = "M", description = "With so many disks each.")
  private @Nullable Integer disks;

  @Option(
      names = "--disk-size",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      description = "Size of each disk (default: 8TiB).")
  private @Nullable Long diskSize;

  @Option(
      names = "--zones",
      paramLabel = "Z",
      description = "Deals the nodes to so many zones; replicas lie in different ones.")
  private @Nullable Integer zones;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = {
        "Instead: a JSON list of nodes,",
        "[{\"id\": 1, \"zone\": \"rack-1\", \"disks\": [{\"size\": \"8TiB\"}, ...]}, ...];",
        "a disk may have an index and a uuid, too."
      })
  private @Nullable Path file;

  @Option(
      names = "--replicas",
      paramLabel = "R",
      description = "Targets of each chain (default: " + DEFAULT_REPLICAS + ").")
  private @Nullable Integer replicas;

  @Option(
      names = "--targets-per-disk",
      paramLabel = "T",
      description = "On a disk of mean size (default: the fewest that spread well).")
  private @Nullable Integer targetsPerDisk;

  @Option(
      names = "--table",
      paramLabel = "ID:T:R",
      converter = TableOption.class,
      description = {
        "Instead of the two: a table with its id, targets per disk and replicas.",
        "Repeat it for several tables that share the disks."
      })
  private List<TableRequest> tables = new ArrayList<>();

  @Option(
      names = "--exclude-node",
      paramLabel = "ID",
      description = "Leaves a node out; repeat it for more.")
  private List<Integer> excludedNodes = new ArrayList<>();

  @Option(
      names = "--exclude-disk",
      paramLabel = "UUID",
      description = "Leaves a disk out; repeat it for more.")
  private List<String> excludedDisks = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed gives the same tables (default: ${DEFAULT-VALUE}).")
  private long seed;

  long seed() {
    return seed;
  }

  /** What is to be placed; what is wrong is a {@link CommandFailure}. */
  PlacementRequest request(PlacementRule rule) {
    try {
      List<PlacementNode> kept =
          new PlacementRequest(
                  described(), List.of(new TableRequest(ChainTable.FIRST_ID, 1, 1)), rule, seed)
              .without(Set.copyOf(excludedNodes), new HashSet<>(excludedDisks))
              .nodes();
      return new PlacementRequest(kept, wantedTables(kept), rule, seed);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  private List<PlacementNode> described() {
    if (file != null) {
      if (nodes != null || disks != null || diskSize != null || zones != null) {
        throw CommandFailure.usage(
            "--file stands instead of --nodes, --disks, --disk-size and --zones");
      }
      return ClusterFile.read(file);
    }
    if (nodes == null || disks == null) {
      throw CommandFailure.usage("say --nodes and --disks, or --file");
    }
    inRange("--nodes", nodes, MAX_NODES);
    inRange("--disks", disks, MAX_DISKS);
    if (zones != null) {
      inRange("--zones", zones, nodes);
    }
    long sizeBytes = diskSize == null ? DEFAULT_DISK_BYTES : diskSize;
    return EqualNodes.of(nodes, disks, sizeBytes, zones == null ? 0 : zones);
  }

  private List<TableRequest> wantedTables(List<PlacementNode> kept) {
    if (!tables.isEmpty()) {
      if (replicas != null || targetsPerDisk != null) {
        throw CommandFailure.usage("--table stands instead of --replicas and --targets-per-disk");
      }
      return tables;
    }
    int wanted = replicas == null ? DEFAULT_REPLICAS : replicas;
    inRange("--replicas", wanted, kept.size());
    int targets = targetsPerDisk == null ? suggested(kept, wanted) : targetsPerDisk;
    return List.of(new TableRequest(ChainTable.FIRST_ID, targets, wanted));
  }

  /** The suggestion, or fewer where that would be more chains than there can be. */
  private static int suggested(List<PlacementNode> nodes, int replicas) {
    long disks = nodes.stream().mapToLong(node -> node.disks().size()).sum();
    int targets = TargetsPerDisk.suggest(nodes, replicas);
    while (targets > 1
        && (disks * targets / replicas > MAX_CHAINS || disks * targets % replicas != 0)) {
      targets--;
    }
    return targets;
  }

  private static void inRange(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw CommandFailure.usage(option + " must be from 1 to " + most + ", not " + value);
    }
  }
}
