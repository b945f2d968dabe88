package io.luciola.chaintable.analysis;

import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.allocation.ChainChooser;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.chaintable.allocation.FileGrowth;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes files of equal size into chain tables on paper, one after the other: as Luciola lays them
 * out, with the code that Meta uses, or as 3FS does. The cluster may grow in between.
 */
public final class Filling {

  private static final int LEAST_CHUNK_BYTES = 1 << 20;

  private static final long MOST_FILE_BYTES = FileLayout.MOST_CHUNKS * FileLayout.MOST_CHUNK_BYTES;

  /** The chooser hears of the space anew when this part of the cluster was written. */
  private static final double REPORT_PART = 0.002;

  private final Map<Integer, Long> usedByChain = new HashMap<>();
  private final Map<String, Long> usedByDisk = new HashMap<>();
  private PlacedTable placed;
  private Map<Integer, Integer> slotOf = Map.of();
  private long usedBytes;
  private long sizeBytes;
  private long files;

  /** An empty cluster. */
  public Filling(PlacedTable placed) {
    this.placed = placed;
    onTable(placed);
  }

  /**
   * {@link #growing(int, long, double, long)} in an empty cluster.
   *
   * @return what came of it
   */
  public static FillOutcome growing(
      PlacedTable placed, int stripe, long fileBytes, double until, long seed) {
    Filling filling = new Filling(placed);
    boolean enough = filling.growing(stripe, fileBytes, until, seed);
    return new FillOutcome(filling.fill(), filling.files, !enough);
  }

  /**
   * {@link #fixedStripe(int, long, double)} in an empty cluster.
   *
   * @return what came of it
   */
  public static FillOutcome fixedStripe(
      PlacedTable placed, int stripe, long fileBytes, double until) {
    Filling filling = new Filling(placed);
    boolean enough = filling.fixedStripe(stripe, fileBytes, until);
    return new FillOutcome(filling.fill(), filling.files, !enough);
  }

  /** From now on new files use another table; what was written stays where it is. */
  public void onTable(PlacedTable other) {
    placed = other;
    slotOf = new HashMap<>();
    for (int slot = 0; slot < other.slots().length; slot++) {
      slotOf.put(other.table().chainIds().get(slot), slot);
    }
    sizeBytes = other.disks().stream().mapToLong(PlacedTable.PlacedDisk::sizeBytes).sum();
  }

  /** How full the disks of the newest table are. */
  public Fill fill() {
    return Fill.of(
        placed,
        placed.disks().stream()
            .mapToLong(disk -> usedByDisk.getOrDefault(disk.uuid(), 0L))
            .toArray());
  }

  /** How many files were written to the end. */
  public long files() {
    return files;
  }

  /** What a chain holds. */
  public Map<Integer, Long> usedByChain() {
    return Map.copyOf(usedByChain);
  }

  /**
   * Files as Luciola lays them out: chains are chosen by {@link ChainChooser} while the file grows
   * by {@link FileGrowth}.
   *
   * @param stripe most chains of a run of chunks
   * @param fileBytes size of each file
   * @param until which part of the cluster is to be filled, from 0 to 1
   * @param seed of the chooser
   * @return false when a write found no space before
   */
  public boolean growing(int stripe, long fileBytes, double until, long seed) {
    ChainChooser chooser = new ChainChooser(placed.table(), ChainChooser.DEFAULT_PREFERENCE, seed);
    report(chooser);
    double reported = filled();
    while (filled() < until) {
      if (!grow(chooser, stripe, fileBytes(fileBytes, until))) {
        return false;
      }
      files++;
      if (filled() - reported >= REPORT_PART) {
        report(chooser);
        reported = filled();
      }
    }
    return true;
  }

  private double filled() {
    return (double) usedBytes / sizeBytes;
  }

  /** The last file is as long as is wanted still, and none longer than files can be. */
  private long fileBytes(long fileBytes, double until) {
    long left = (long) Math.ceil((until - filled()) * sizeBytes / placed.replicas());
    return Math.min(Math.min(fileBytes, MOST_FILE_BYTES), Math.max(1, left));
  }

  private void report(ChainChooser chooser) {
    chooser.onSpace(
        id -> {
          long budget = placed.budgetBytes()[slotOf.get(id)];
          long used = usedByChain.getOrDefault(id, 0L);
          return new ChainSpace(budget, Math.max(0, budget - used), true);
        });
  }

  private boolean grow(ChainChooser chooser, int stripe, long fileBytes) {
    int chunkBytes = chunkBytes(fileBytes);
    long chunks = Math.ceilDiv(fileBytes, chunkBytes);
    FileLayout layout = new FileLayout(chunkBytes);
    while (layout.endChunk() < chunks) {
      FileLayout longer = FileGrowth.grow(layout, stripe, layout.endChunk(), chooser::choose);
      if (longer == null) {
        // Perhaps only since what was given away is not all written.
        report(chooser);
        longer = FileGrowth.grow(layout, stripe, layout.endChunk(), chooser::choose);
      }
      if (longer == null) {
        return false;
      }
      write(longer.segments().getLast(), chunks, chunkBytes);
      layout = longer;
    }
    return true;
  }

  /** As small as a file of so many chunks can have them, 1 MiB or more. */
  private static int chunkBytes(long fileBytes) {
    int chunkBytes = LEAST_CHUNK_BYTES;
    while (chunkBytes < FileLayout.MOST_CHUNK_BYTES
        && fileBytes / chunkBytes >= FileLayout.MOST_CHUNKS / 2) {
      chunkBytes *= 2;
    }
    return chunkBytes;
  }

  private void write(FileLayout.Segment segment, long fileChunks, int chunkBytes) {
    long chunks = Math.min(segment.chunkCount(), fileChunks - segment.firstChunk());
    int[] chains = segment.chainIds();
    for (int i = 0; i < chains.length; i++) {
      long ofChain = chunks / chains.length + (i < chunks % chains.length ? 1 : 0);
      use(slotOf.get(chains[i]), ofChain * chunkBytes);
    }
  }

  private void use(int slot, long bytes) {
    usedByChain.merge(placed.table().chainIds().get(slot), bytes, Long::sum);
    for (int disk : placed.slots()[slot]) {
      usedByDisk.merge(placed.disks().get(disk).uuid(), bytes, Long::sum);
      usedBytes += bytes;
    }
  }

  /**
   * Files as 3FS lays them out: each over the next {@code stripe} slots of the table, fixed when it
   * is made. A write fails when a disk of its chain is full.
   *
   * @return false when a write found no space before
   */
  public boolean fixedStripe(int stripe, long fileBytes, double until) {
    int slots = placed.slots().length;
    int length = Math.min(stripe, slots);
    for (int first = 0; filled() < until; first = (first + length) % slots) {
      long wanted = Math.ceilDiv(fileBytes(fileBytes, until), length);
      long possible = Math.min(wanted, roomOfEach(first, length));
      for (int i = 0; i < length; i++) {
        use((first + i) % slots, possible);
      }
      if (possible < wanted) {
        return false;
      }
      files++;
    }
    return true;
  }

  /** How much can go to each of some slots before a disk is full. */
  private long roomOfEach(int first, int length) {
    int[] load = new int[placed.disks().size()];
    for (int i = 0; i < length; i++) {
      for (int disk : placed.slots()[(first + i) % placed.slots().length]) {
        load[disk]++;
      }
    }
    long room = Long.MAX_VALUE;
    for (int disk = 0; disk < load.length; disk++) {
      if (load[disk] > 0) {
        PlacedTable.PlacedDisk of = placed.disks().get(disk);
        long free = of.sizeBytes() - usedByDisk.getOrDefault(of.uuid(), 0L);
        room = Math.min(room, free / load[disk]);
      }
    }
    return room;
  }
}
