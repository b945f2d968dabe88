package io.luciola.chaintable.analysis;

import io.luciola.chaintable.allocation.ChainChooser;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.chaintable.allocation.FileGrowth;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes files of equal size into chain tables on paper, one after the other: as Luciola lays them
 * out, with the code that Meta uses, or as 3FS does. The cluster may grow in between.
 */
public final class Filling {

  private static final long CHUNK_BYTES = 1 << 20;

  /** The chooser hears of the space anew when this part of the cluster was written. */
  private static final double REPORT_PART = 0.002;

  private final Map<Integer, Long> usedByChain = new HashMap<>();
  private final Map<String, Long> usedByDisk = new HashMap<>();
  private PlacedTable placed;
  private Map<Integer, Integer> slotOf = Map.of();
  private double usedBytes;
  private double sizeBytes;
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
    sizeBytes = other.disks().stream().mapToDouble(PlacedTable.PlacedDisk::sizeBytes).sum();
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
    return usedBytes / sizeBytes;
  }

  /** The last file is as long as is wanted still. */
  private long fileBytes(long fileBytes, double until) {
    long left = (long) Math.ceil((until - filled()) * sizeBytes / placed.replicas());
    return Math.min(fileBytes, Math.max(1, left));
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
    long chunks = Math.ceilDiv(fileBytes, CHUNK_BYTES);
    long covered = 0;
    int[] run = new int[0];
    while (covered < chunks) {
      FileGrowth.Step step = FileGrowth.usual(covered, stripe, covered);
      int[] chains = choose(chooser, stripe, step, run);
      if (chains.length == 0) {
        report(chooser);
      }
      while (chains.length == 0) {
        step = FileGrowth.half(step, covered, covered);
        if (step == null) {
          return false;
        }
        chains = choose(chooser, stripe, step, run);
      }
      long segment = Math.ceilDiv(step.chunks(), chains.length) * chains.length;
      write(chains, Math.min(segment, chunks - covered));
      covered += segment;
      run = lastOf(run, chains, stripe);
    }
    return true;
  }

  private static int[] choose(ChainChooser chooser, int stripe, FileGrowth.Step step, int[] run) {
    int most = stripe - step.chains();
    int[] recent = Arrays.copyOfRange(run, Math.max(0, run.length - most), run.length);
    long share = Math.ceilDiv(step.chunks(), step.chains()) * CHUNK_BYTES;
    return chooser.choose(step.chains(), recent, share);
  }

  private static int[] lastOf(int[] run, int[] chains, int stripe) {
    int[] both = Arrays.copyOf(run, run.length + chains.length);
    System.arraycopy(chains, 0, both, run.length, chains.length);
    return Arrays.copyOfRange(both, Math.max(0, both.length - stripe), both.length);
  }

  private void write(int[] chains, long chunks) {
    for (int i = 0; i < chains.length; i++) {
      long ofChain = chunks / chains.length + (i < chunks % chains.length ? 1 : 0);
      use(slotOf.get(chains[i]), ofChain * CHUNK_BYTES);
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
