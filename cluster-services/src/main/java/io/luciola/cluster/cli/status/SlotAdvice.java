package io.luciola.cluster.cli.status;

import io.luciola.blockstore.device.ByteSize;
import java.util.ArrayList;
import java.util.List;

/** What an operator should know of a slot, and can do about it. */
public final class SlotAdvice {

  private SlotAdvice() {}

  /** A sentence or two for each thing; none when all is well. */
  public static List<String> of(SlotView slot) {
    List<String> advice = new ArrayList<>();
    if (slot.failed()) {
      advice.add(failed(slot));
    }
    if (!spaceTrouble(slot).isEmpty()) {
      advice.add(
          ("%s %s: %s of %s, %d %%, are in use. Remove files, or add space: further disks"
                  + " ('luciola admin add-disk --node %d') or nodes, then 'luciola admin grow'.")
              .formatted(
                  capital(disk(slot)),
                  spaceTrouble(slot),
                  ByteSize.approximate(slot.usedBytes()),
                  ByteSize.approximate(slot.sizeBytes()),
                  slot.usedPercent(),
                  slot.node()));
    }
    if (slot.unknown() > 0) {
      advice.add(unknown(slot));
    }
    if (slot.retiring() > 0) {
      advice.add(retiring(slot));
    }
    return advice;
  }

  private static String disk(SlotView slot) {
    return "disk "
        + (slot.slot() == null ? slot.uuid() : slot.device())
        + " of node "
        + slot.node();
  }

  private static String failed(SlotView slot) {
    String replace =
        slot.targets() == 0
            ? ""
            : "; for another one then 'luciola admin replace-disk --node " + slot.node() + "'";
    return capital(disk(slot))
        + " has FAILED: "
        + slot.reason()
        + ". When it works again, or another one is in its place, run 'luciola admin add-disk"
        + " --node "
        + slot.node()
        + "'"
        + replace
        + ".";
  }

  private static String spaceTrouble(SlotView slot) {
    return switch (slot.space()) {
      case SlotView.LOW -> "is LOW on space";
      case SlotView.REJECT -> "takes no new chunks (REJECT)";
      case SlotView.FULL -> "takes nothing that needs space (FULL)";
      default -> "";
    };
  }

  private static String unknown(SlotView slot) {
    return capital(disk(slot))
        + " has "
        + targets(slot.unknown())
        + " that the cluster does not know, with "
        + ByteSize.approximate(slot.unknownBytes())
        + ". If nobody needs them: 'luciola admin retire-target --unknown --node "
        + slot.node()
        + "'.";
  }

  private static String retiring(SlotView slot) {
    String start =
        targets(slot.retiring())
            + (slot.retiring() == 1 ? " is" : " are")
            + " still to be removed from "
            + disk(slot);
    return slot.serves()
        ? start + "; nothing is left to do."
        : start + ", which does not serve: that is done when it is back.";
  }

  private static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /** So many targets, in words. */
  public static String targets(int number) {
    return number == 1 ? "1 target" : number + " targets";
  }
}
