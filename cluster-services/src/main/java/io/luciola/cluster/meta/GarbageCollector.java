package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.meta.MetaKeys.Range;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the chunks of buried files and then their records, in this order: after a failure or a
 * crash it begins again, and nothing is lost track of. Used by one thread.
 */
final class GarbageCollector {

  private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
  private static final int BATCH = 64;

  /** How a pass went. */
  record Pass(int removed, int failed) {}

  private final KeyValueStore store;
  private final ChunkRemover remover;

  GarbageCollector(KeyValueStore store, ChunkRemover remover) {
    this.store = store;
    this.remover = remover;
  }

  /** Goes once through the queue as it is now. */
  Pass collect() {
    int removed = 0;
    int failed = 0;
    Range rest = MetaKeys.allGarbage();
    while (!Thread.currentThread().isInterrupted()) {
      Range page = rest;
      List<KeyValue> batch =
          store.run(tx -> tx.getRangeSnapshot(page.begin(), page.end(), BATCH, false));
      for (KeyValue pair : batch) {
        if (remove(pair)) {
          removed++;
        } else {
          failed++;
        }
      }
      if (batch.size() < BATCH) {
        break;
      }
      rest = rest.after(batch.getLast().key());
    }
    return new Pass(removed, failed);
  }

  private boolean remove(KeyValue pair) {
    InodeRecord inode = RecordCodec.inode(pair.value());
    FileLayout layout = inode.layout;
    if (layout != null) {
      try {
        remover.removeChunks(inode.id, layout, inode.reachBytes);
      } catch (IOException | RuntimeException e) {
        LOG.warn("The chunks of the removed inode {} stay for now: {}", inode.id, e.toString());
        return false;
      }
    }
    store.run(
        tx -> {
          tx.clear(pair.key());
          return null;
        });
    return true;
  }
}
