package io.luciola.cluster.meta;

import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.Transaction;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Hands out inode ids, each only once for all time. Takes batches of 4096 from one of 32 counters
 * at random, so that no key is hot; what is left of a batch at the end of the process is lost. Ids
 * are {@code ((counter * 32 + shard) * 4096 + n)} with counters from 1, so above 131,071. Safe for
 * any number of threads.
 */
final class InodeIdAllocator {

  static final int SHARDS = 32;
  static final int BATCH = 4096;

  private final KeyValueStore store;
  private final RandomGenerator random;
  private long next;
  private long end;

  InodeIdAllocator(KeyValueStore store, RandomGenerator random) {
    this.store = store;
    this.random = random;
  }

  synchronized long next() {
    if (next == end) {
      int shard = random.nextInt(SHARDS);
      long counter = store.run(tx -> takeBatch(tx, shard));
      next = (counter * SHARDS + shard) * BATCH;
      end = next + BATCH;
    }
    return next++;
  }

  private static long takeBatch(Transaction tx, int shard) {
    byte[] value = tx.get(MetaKeys.inodeIdBatch(shard));
    long counter = value == null ? 1 : ByteBuffer.wrap(value).getLong();
    tx.set(
        MetaKeys.inodeIdBatch(shard), ByteBuffer.allocate(Long.BYTES).putLong(counter + 1).array());
    return counter;
  }
}
