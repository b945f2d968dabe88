package io.luciola.cluster.cli.status;

import io.luciola.blockstore.device.ByteSize;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slot of a storage node with its disk, or a disk that the node lacks.
 *
 * @param node its node
 * @param slot its place in the node's configuration; null when the disk is in none
 * @param device as the node's configuration names it; - when it is not known
 * @param state for people: serving, FAILED, absent (targets are on it and no slot has it) or -
 *     (nobody says)
 * @param reason why it has failed; empty when it has not
 * @param space for people: ok, LOW, REJECT, FULL or - (nobody says)
 * @param sizeBytes bytes of chunks up to which it takes new ones; 0: not known
 * @param usedBytes what all its targets hold
 * @param targets of the map on it
 * @param unknown targets on it that the cluster does not know, and that nobody has removed
 * @param unknownBytes what these hold
 * @param retiring targets that are still to be removed from it
 * @param uuid of the disk; empty: it was never read
 */
public record SlotView(
    int node,
    @Nullable Integer slot,
    String device,
    String state,
    String reason,
    String space,
    long sizeBytes,
    long usedBytes,
    int targets,
    int unknown,
    long unknownBytes,
    int retiring,
    String uuid) {

  static final String SERVING = "serving";
  static final String FAILED = "FAILED";
  static final String ABSENT = "absent";
  static final String ENOUGH = "ok";
  static final String LOW = "LOW";
  static final String REJECT = "REJECT";
  static final String FULL = "FULL";
  static final String NOT_KNOWN = "-";

  private static final String DEVICE = "DEVICE";

  /** Whether its node says that it serves. */
  public boolean serves() {
    return state.equals(SERVING);
  }

  /** Whether its node says that it has failed. */
  public boolean failed() {
    return state.equals(FAILED);
  }

  /** Whether something does not work for it. */
  boolean harms() {
    return failed() || space.equals(REJECT) || space.equals(FULL);
  }

  /** A line for each slot, and below it why those have failed that have. */
  public static void print(List<SlotView> slots, PrintWriter out) {
    int width = Math.max(DEVICE.length(), longestDevice(slots));
    String line = "%4s  %4s  %-" + width + "s  %-7s  %-6s  %10s  %10s  %6s  %7s  %7s  %8s  %s%n";
    out.printf(
        line,
        "NODE",
        "SLOT",
        DEVICE,
        "STATE",
        "SPACE",
        "SIZE",
        "USED",
        "USED %",
        "TARGETS",
        "UNKNOWN",
        "RETIRING",
        "UUID");
    for (SlotView slot : slots) {
      out.printf(
          line,
          slot.node,
          slot.slot == null ? NOT_KNOWN : slot.slot,
          slot.device,
          slot.state,
          slot.space,
          slot.sizeBytes == 0 ? NOT_KNOWN : ByteSize.approximate(slot.sizeBytes),
          slot.sizeBytes == 0 ? NOT_KNOWN : ByteSize.approximate(slot.usedBytes),
          slot.sizeBytes == 0 ? NOT_KNOWN : slot.usedPercent(),
          slot.targets,
          slot.unknown,
          slot.retiring,
          slot.uuid.isEmpty() ? NOT_KNOWN : slot.uuid);
    }
    slots.stream()
        .filter(SlotView::failed)
        .forEach(
            slot ->
                out.printf(
                    "%nnode %d, slot %s, %s: %s%n",
                    slot.node, slot.slot, slot.device, slot.reason));
  }

  private static int longestDevice(List<SlotView> slots) {
    return slots.stream().mapToInt(slot -> slot.device.length()).max().orElse(0);
  }

  long usedPercent() {
    return sizeBytes == 0 ? 0 : Math.round(100.0 * usedBytes / sizeBytes);
  }
}
