package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.config.MetaSettings;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Stripes each file over consecutive slots of the chain table, beginning one slot further for every
 * file.
 */
public final class RoundRobinChainAllocator implements ChainAllocator {

  /** 1 MiB. */
  public static final int DEFAULT_CHUNK_SIZE_BYTES = 1 << 20;

  /** Most chains of one file by default. */
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
  public FileLayout layoutForNewFile() {
    int[] table = chainTable.get();
    if (table.length == 0) {
      throw new ChainsUnavailableException(
          "no chain table is known: register storage nodes and wait until Mgmtd has built one");
    }
    int first = Integer.remainderUnsigned(nextSlot.getAndIncrement(), table.length);
    MetaSettings now = settings.get();
    int[] chainIds = new int[Math.min(now.maxStripe(DEFAULT_MAX_STRIPE), table.length)];
    for (int i = 0; i < chainIds.length; i++) {
      chainIds[i] = table[(first + i) % table.length];
    }
    return new FileLayout(now.chunkSizeBytes(DEFAULT_CHUNK_SIZE_BYTES), chainIds);
  }
}
