package io.luciola.chaintable.analysis;

import io.luciola.chaintable.allocation.ChainChooser;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.chaintable.allocation.FileGrowth;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Writes files of equal size, one after the other, into an empty table. */
public final class Filling {

  private static final long CHUNK_BYTES = 1 << 20;

  /** The chooser hears of the space anew when this part of the cluster was written. */
  private static final double REPORT_PART = 0.002;

  private final PlacedTable placed;
  private final Map<Integer, Integer> slotOf = new HashMap<>();
  private final long[] usedBySlot;
  private final long[] usedByDisk;
  private final double sizeBytes;
  private double usedBytes;

  private Filling(PlacedTable placed) {
    this.placed = placed;
    usedBySlot = new long[placed.slots().length];
    usedByDisk = new long[placed.disks().size()];
    sizeBytes = placed.disks().stream().mapToDouble(PlacedTable.PlacedDisk::sizeBytes).sum();
    for (int slot = 0; slot < usedBySlot.length; slot++) {
      slotOf.put(placed.table().chainIds().get(slot), slot);
    }
  }

  /**
   * Files as Luciola lays them out: chains are chosen by {@link ChainChooser} while the file grows
   * by {@link FileGrowth}.
   *
   * @param stripe most chains of a run of chunks
   * @param fileBytes size of each file
   * @param until which part of the cluster is to be filled, from 0 to 1
   * @param seed of the chooser
   */
  public static FillOutcome growing(
      PlacedTable placed, int stripe, long fileBytes, double until, long seed) {
    Filling filling = new Filling(placed);
    ChainChooser chooser = new ChainChooser(placed.table(), ChainChooser.DEFAULT_PREFERENCE, seed);
    filling.report(chooser);
    long files = 0;
    double reported = 0;
    while (filling.filled() < until) {
      long left = (long) Math.ceil((until - filling.filled()) * filling.sizeBytes);
      long bytes = Math.min(fileBytes, Math.ceilDiv(left, placed.replicas()));
      if (!filling.grow(chooser, stripe, bytes)) {
        return new FillOutcome(Fill.of(placed, filling.usedByDisk), files, true);
      }
      files++;
      if (filling.filled() - reported >= REPORT_PART) {
        filling.report(chooser);
        reported = filling.filled();
      }
    }
    return new FillOutcome(Fill.of(placed, filling.usedByDisk), files, false);
  }

  private double filled() {
    return usedBytes / sizeBytes;
  }

  private void report(ChainChooser chooser) {
    chooser.onSpace(
        id -> {
          int slot = slotOf.get(id);
          long budget = placed.budgetBytes()[slot];
          return new ChainSpace(budget, budget - usedBySlot[slot], true);
        });
  }

  /** Writes a file; false when a chunk finds no space. */
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
    usedBySlot[slot] += bytes;
    for (int disk : placed.slots()[slot]) {
      usedByDisk[disk] += bytes;
      usedBytes += bytes;
    }
  }

  /**
   * Files as 3FS lays them out: each over the next {@code stripe} slots of the table, fixed when it
   * is made. A write fails when a disk of its chain is full.
   */
  public static FillOutcome fixedStripe(
      PlacedTable placed, int stripe, long fileBytes, double until) {
    Filling filling = new Filling(placed);
    int slots = placed.slots().length;
    int length = Math.min(stripe, slots);
    long files = 0;
    for (int first = 0; filling.filled() < until; first = (first + length) % slots) {
      long left = (long) Math.ceil((until - filling.filled()) * filling.sizeBytes);
      long wanted =
          Math.ceilDiv(Math.min(fileBytes, Math.ceilDiv(left, placed.replicas())), length);
      long possible = Math.min(wanted, filling.roomOfEach(first, length));
      for (int i = 0; i < length; i++) {
        filling.use((first + i) % slots, possible);
      }
      if (possible < wanted) {
        return new FillOutcome(Fill.of(placed, filling.usedByDisk), files, true);
      }
      files++;
    }
    return new FillOutcome(Fill.of(placed, filling.usedByDisk), files, false);
  }

  /** How much can go to each of some slots before a disk is full. */
  private long roomOfEach(int first, int length) {
    int[] load = new int[usedByDisk.length];
    for (int i = 0; i < length; i++) {
      for (int disk : placed.slots()[(first + i) % placed.slots().length]) {
        load[disk]++;
      }
    }
    long room = Long.MAX_VALUE;
    for (int disk = 0; disk < load.length; disk++) {
      if (load[disk] > 0) {
        long free = placed.disks().get(disk).sizeBytes() - usedByDisk[disk];
        room = Math.min(room, free / load[disk]);
      }
    }
    return room;
  }
}
