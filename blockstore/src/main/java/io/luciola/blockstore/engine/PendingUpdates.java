package io.luciola.blockstore.engine;

import java.util.ArrayList;
import java.util.List;

/** The side table of pending updates, by number; bounded. */
final class PendingUpdates {

  private final int limit;
  private final List<PendingUpdate> all = new ArrayList<>();
  private PendingUpdate freeHead;
  private int inUse;

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
    return update;
  }

  void release(PendingUpdate update) {
    update.nextFree = freeHead;
    freeHead = update;
    inUse--;
  }

  PendingUpdate get(int number) {
    return all.get(number);
  }
}
