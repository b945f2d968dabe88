package io.luciola.chaintable.analysis;

import io.luciola.chaintable.ChainTable;

/**
 * The slots that a file takes from its first one: around its round, then the rounds behind it; as
 * {@link io.luciola.chaintable.allocation.ChainChooser} walks when no chain is full.
 */
final class FileWindow {

  private FileWindow() {}

  /** The slots of a file that begins at a slot. */
  static int[] slots(ChainTable table, int round, int firstSlot, int stripe) {
    int[] slots = new int[Math.min(stripe, table.chainIds().size())];
    int filled = 0;
    int in = round;
    int next = firstSlot;
    while (filled < slots.length) {
      int start = table.roundStarts().get(in);
      int end = table.roundEnd(in);
      for (int i = 0; i < end - start && filled < slots.length; i++) {
        slots[filled++] = next;
        next = next + 1 < end ? next + 1 : start;
      }
      in = (in + 1) % table.rounds();
      next = table.roundStarts().get(in);
    }
    return slots;
  }
}
