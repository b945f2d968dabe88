package io.luciola.target;

import java.util.Iterator;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slots of a node in their order: which disk is in which, as disks come and go. */
final class DiskSlots implements Iterable<DiskSlot> {

  private final TreeMap<Integer, DiskSlot> byIndex = new TreeMap<>();

  @Override
  public Iterator<DiskSlot> iterator() {
    return byIndex.values().iterator();
  }

  Stream<DiskSlot> stream() {
    return byIndex.values().stream();
  }

  /** The slot of a disk, be it that it serves or that it has failed; null when none is. */
  @Nullable DiskSlot of(UUID disk) {
    return stream().filter(slot -> disk.equals(slot.uuid())).findFirst().orElse(null);
  }

  int nextIndex() {
    return byIndex.isEmpty() ? 0 : byIndex.lastKey() + 1;
  }

  /**
   * Puts a disk into its slot, which is new or has none that serves.
   *
   * @throws DiskException when another disk is in the slot, or a copy of this one in any
   */
  void add(StorageDisk disk) throws DiskException {
    DiskSlot before = of(disk.uuid());
    StorageDisk same = before == null ? null : before.disk();
    if (same != null) {
      throw new DiskException(
          "it is a copy of " + same.spec() + ": both have UUID " + disk.uuid(), null);
    }
    DiskSlot taken = byIndex.get(disk.index());
    StorageDisk other = taken == null ? null : taken.disk();
    if (other != null) {
      throw new DiskException("slot " + disk.index() + " has disk " + other.spec(), null);
    }
    if (before != null && before.index() != disk.index()) {
      String reason = "its disk is in slot " + disk.index() + " now";
      put(DiskSlot.failed(new DiskFailure(before.index(), before.spec(), reason)));
    }
    put(DiskSlot.with(disk));
  }

  /** Says why the disk of a slot, which is new or has none that serves, cannot be opened. */
  void addFailed(DiskFailure failure) {
    DiskSlot before = byIndex.get(failure.index());
    if (before != null && before.disk() != null) {
      throw new IllegalStateException(
          "slot " + failure.index() + " has disk " + before.spec() + ", which it must leave first");
    }
    boolean sameDevice = before != null && before.spec().equals(failure.spec());
    put(sameDevice ? before.failedAgain(failure.reason()) : DiskSlot.failed(failure));
  }

  /** Takes a disk out; its slot remembers it. */
  void leave(UUID disk, String reason) {
    DiskSlot slot = of(disk);
    if (slot == null || slot.disk() == null) {
      throw new IllegalStateException("no slot has disk " + disk);
    }
    put(slot.failedAgain(reason));
  }

  Stream<StorageDisk> disks() {
    return stream().map(DiskSlot::disk).filter(Objects::nonNull);
  }

  private void put(DiskSlot slot) {
    byIndex.put(slot.index(), slot);
  }
}
