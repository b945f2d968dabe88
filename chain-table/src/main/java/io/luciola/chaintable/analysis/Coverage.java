package io.luciola.chaintable.analysis;

import java.util.BitSet;

/**
 * How many different disks files use.
 *
 * @param stripe chains of a file
 * @param disks all disks
 * @param fewestOfFile what the file with the fewest uses
 * @param meanOfFile what files use in the mean, over all first slots
 * @param fewestInRun what the run of {@code stripe} neighbouring slots with the fewest touches,
 *     wherever it begins
 * @param meanInRun what such runs touch in the mean
 */
public record Coverage(
    int stripe, int disks, int fewestOfFile, double meanOfFile, int fewestInRun, double meanInRun) {

  /** Looks at every first slot. */
  public static Coverage of(PlacedTable placed, int stripe) {
    int slots = placed.slots().length;
    int length = Math.min(stripe, slots);
    int fewestOfFile = Integer.MAX_VALUE;
    long sumOfFile = 0;
    for (int round = 0; round < placed.table().rounds(); round++) {
      int end = placed.table().roundEnd(round);
      // All files that take their whole round use the same disks.
      boolean whole = length >= end - placed.table().roundStarts().get(round);
      int touched = 0;
      for (int slot = placed.table().roundStarts().get(round); slot < end; slot++) {
        if (touched == 0 || !whole) {
          touched = touched(placed, FileWindow.slots(placed.table(), round, slot, length));
        }
        fewestOfFile = Math.min(fewestOfFile, touched);
        sumOfFile += touched;
      }
    }
    int[] times = new int[placed.disks().size()];
    int inRun = 0;
    int fewestInRun = Integer.MAX_VALUE;
    long sumInRun = 0;
    for (int behind = 0; behind < slots + length - 1; behind++) {
      for (int disk : placed.slots()[behind % slots]) {
        inRun += times[disk]++ == 0 ? 1 : 0;
      }
      if (behind >= length - 1) {
        fewestInRun = Math.min(fewestInRun, inRun);
        sumInRun += inRun;
        for (int disk : placed.slots()[behind - length + 1]) {
          inRun -= --times[disk] == 0 ? 1 : 0;
        }
      }
    }
    return new Coverage(
        stripe,
        times.length,
        fewestOfFile,
        (double) sumOfFile / slots,
        fewestInRun,
        (double) sumInRun / slots);
  }

  private static int touched(PlacedTable placed, int[] slots) {
    BitSet touched = new BitSet();
    for (int slot : slots) {
      for (int disk : placed.slots()[slot]) {
        touched.set(disk);
      }
    }
    return touched.cardinality();
  }
}
