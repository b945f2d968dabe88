package io.luciola.blockstore.engine;

import java.util.ArrayList;
import java.util.List;

/** The side table of pending updates, by number; bounded. */
final class PendingUpdates {

  private final int limit;
  private final List<PendingUpdate> all = new ArrayList<>();
  private PendingUpdate freeHead;
  private int inUse;
  private int snapshotCursor;

  PendingUpdates(int limit) {
    this.limit = limit;
  }

  boolean hasRoom() {
    return inUse < limit;
  }

  int inUse() {
    return inUse;
  }

  /** Takes one; the caller has asked {@link #hasRoom}, or recovers. */
  PendingUpdate acquire() {
    PendingUpdate update = freeHead;
    if (update == null) {
      update = new PendingUpdate(all.size());
      all.add(update);
    } else {
      freeHead = update.nextFree;
    }
    inUse++;
    update.kind = 0;
    update.fresh = false;
    update.extent = 0;
    update.lengthBytes = 0;
    update.digest = 0;
    update.directFirst = 0;
    update.directCount = 0;
    update.journaledCount = 0;
    update.punchedFirst = 0;
    update.punchedCount = 0;
    update.attached = false;
    return update;
  }

  void release(PendingUpdate update) {
    update.attached = false;
    if (update.held) {
      update.releasedWhileHeld = true;
    } else {
      free(update);
    }
  }

  PendingUpdate get(int number) {
    return all.get(number);
  }

  /** Keeps all that are pending now as they are, until {@link #nextHeld} has handed them out. */
  void beginSnapshot(JournaledBlocks journaled) {
    snapshotCursor = 0;
    for (int i = 0; i < all.size(); i++) {
      PendingUpdate update = all.get(i);
      if (update.attached) {
        update.held = true;
        for (int j = 0; j < update.journaledCount; j++) {
          journaled.hold(update.journaledSlot[j]);
        }
      }
    }
  }

  /** The next one of the snapshot, or null; it stays held until {@link #unhold}. */
  PendingUpdate nextHeld() {
    while (snapshotCursor < all.size()) {
      PendingUpdate update = all.get(snapshotCursor);
      if (update.held) {
        return update;
      }
      snapshotCursor++;
    }
    return null;
  }

  /** Goes on behind the one that {@link #nextHeld} returned. */
  void advanceHeld() {
    snapshotCursor++;
  }

  /** The checkpoint has a copy of it. */
  void unhold(PendingUpdate update, JournaledBlocks journaled) {
    update.held = false;
    for (int j = 0; j < update.journaledCount; j++) {
      journaled.unhold(update.journaledSlot[j]);
    }
    if (update.releasedWhileHeld) {
      update.releasedWhileHeld = false;
      free(update);
    }
  }

  private void free(PendingUpdate update) {
    update.nextFree = freeHead;
    freeHead = update;
    inUse--;
  }
}
