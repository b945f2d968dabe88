package io.luciola.blockstore.engine;

/** Syncs that wait for the journal, oldest first; bounded. */
final class Syncs {

  private final Journal journal;
  private final EngineHealth health;
  private final Completions completions;
  private final long[] tags;
  private final long[] sequences;
  private int head;
  private int size;

  Syncs(Journal journal, EngineHealth health, Completions completions, int maxSyncs) {
    this.journal = journal;
    this.health = health;
    this.completions = completions;
    tags = new long[maxSyncs];
    sequences = new long[maxSyncs];
  }

  int sync(long tag) {
    if (!health.takesUpdates()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    if (size == tags.length) {
      return EngineStatus.BACK_PRESSURE;
    }
    int at = (head + size++) % tags.length;
    tags[at] = tag;
    sequences[at] = journal.lastSequence();
    journal.hurry();
    return EngineStatus.OK;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int doWork() {
    int work = 0;
    while (size > 0 && (health.isFailed() || sequences[head] <= journal.durableSequence())) {
      boolean durable = sequences[head] <= journal.durableSequence();
      completions.synced(tags[head], durable ? EngineStatus.OK : EngineStatus.DEVICE_ERROR);
      head = (head + 1) % tags.length;
      size--;
      work++;
    }
    return work;
  }
}
