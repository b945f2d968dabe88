package io.luciola.cluster.meta;

import io.luciola.cluster.config.MetaSettings;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Gives consecutive slots of the chain table: a file goes on behind its newest chunk, and one that
 * is new, or goes round anew, begins one slot further than the one before. Knows nothing of space.
 */
public final class RoundRobinChainAllocator implements ChainAllocator {

  /** 1 MiB. */
  public static final int DEFAULT_CHUNK_SIZE_BYTES = 1 << 20;

  /** Most chains of one run of a file's chunks by default. */
  public static final int DEFAULT_MAX_STRIPE = 64;

  private final Supplier<int[]> chainTable;
  private final Supplier<MetaSettings> settings;
  private final AtomicInteger nextSlot = new AtomicInteger();

  /**
   * Files as the settings say when they are made; else of 1 MiB chunks over at most 64 chains.
   *
   * @param chainTable the chain ids in slot order, as known now; empty while nothing is known
   * @param settings as they are now
   */
  public RoundRobinChainAllocator(Supplier<int[]> chainTable, Supplier<MetaSettings> settings) {
    this.chainTable = chainTable;
    this.settings = settings;
  }

  @Override
  public LayoutDefaults defaults() {
    MetaSettings now = settings.get();
    return new LayoutDefaults(
        now.chunkSizeBytes(DEFAULT_CHUNK_SIZE_BYTES), now.maxStripe(DEFAULT_MAX_STRIPE));
  }

  @Override
  public int[] chains(int count, int[] recent, long segmentBytes) {
    int[] table = chainTable.get();
    if (table.length == 0) {
      throw new ChainsUnavailableException(
          ChainsUnavailableException.Reason.NO_CHAIN_TABLE,
          "no chain table is known: register storage nodes and wait until Mgmtd has built one");
    }
    int first = firstSlot(table, recent);
    int[] chainIds = new int[Math.min(count, table.length)];
    for (int i = 0; i < chainIds.length; i++) {
      chainIds[i] = table[(first + i) % table.length];
    }
    return chainIds;
  }

  private int firstSlot(int[] table, int[] recent) {
    for (int slot = 0; recent.length > 0 && slot < table.length; slot++) {
      if (table[slot] == recent[recent.length - 1]) {
        return slot + 1;
      }
    }
    return Integer.remainderUnsigned(nextSlot.getAndIncrement(), table.length);
  }
}
