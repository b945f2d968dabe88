package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.analysis.PlacedTable.PlacedDisk;
import java.util.Arrays;

/**
 * Sizes counted in chunks: files consist of whole ones, and the sum over a large cluster is still a
 * number that a double holds exactly.
 */
final class ChunkSizes {

  /** As large as a chunk of a file is by default. */
  static final long CHUNK_BYTES = 1 << 20;

  private ChunkSizes() {}

  /** A table whose sizes are numbers of chunks instead of bytes. */
  static PlacedTable of(PlacedTable placed) {
    return new PlacedTable(
        placed.table(),
        placed.nodes(),
        placed.disks().stream().map(ChunkSizes::inChunks).toList(),
        placed.slots(),
        Arrays.stream(placed.budgetBytes()).map(bytes -> bytes / CHUNK_BYTES).toArray());
  }

  private static PlacedDisk inChunks(PlacedDisk disk) {
    return new PlacedDisk(
        disk.node(),
        disk.nodeId(),
        disk.index(),
        disk.uuid(),
        Math.max(1, disk.sizeBytes() / CHUNK_BYTES));
  }
}
