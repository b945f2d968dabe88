package io.luciola.chaintable.analysis;

import java.util.Arrays;

/**
 * What one file can reach when nothing else goes on and disks are the limit, as multiples of one
 * disk's bandwidth. Reads go to all replicas alike, writes to each of them.
 *
 * @param stripe chains of the file
 * @param leastRead the slowest file's reads
 * @param meanRead over all files
 * @param leastWrite the slowest file's writes
 * @param meanWrite over all files
 */
public record FileBandwidth(
    int stripe, double leastRead, double meanRead, double leastWrite, double meanWrite) {

  /** Looks at every first slot. */
  public static FileBandwidth of(PlacedTable placed, int stripe) {
    int slots = placed.slots().length;
    int length = Math.min(stripe, slots);
    int[] load = new int[placed.disks().size()];
    double least = Double.MAX_VALUE;
    double sum = 0;
    for (int round = 0; round < placed.table().rounds(); round++) {
      int end = placed.table().roundEnd(round);
      boolean whole = length >= end - placed.table().roundStarts().get(round);
      double disks = 0;
      for (int slot = placed.table().roundStarts().get(round); slot < end; slot++) {
        if (disks == 0 || !whole) {
          disks = (double) length / busiest(placed, round, slot, length, load);
        }
        least = Math.min(least, disks);
        sum += disks;
      }
    }
    double mean = sum / slots;
    int replicas = placed.replicas();
    return new FileBandwidth(stripe, least * replicas, mean * replicas, least, mean);
  }

  /** Chains on the disk that has most of a file's. */
  private static int busiest(PlacedTable placed, int round, int slot, int length, int[] load) {
    Arrays.fill(load, 0);
    int busiest = 0;
    for (int taken : FileWindow.slots(placed.table(), round, slot, length)) {
      for (int disk : placed.slots()[taken]) {
        busiest = Math.max(busiest, ++load[disk]);
      }
    }
    return busiest;
  }
}
