package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;
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
  private final int chunkSizeBytes;
  private final int maxStripe;
  private final AtomicInteger nextSlot = new AtomicInteger();

  /**
   * Files of 1 MiB chunks over all chains, at most 64.
   *
   * @param chainTable the chain ids in slot order, as known now; empty while nothing is known
   */
  public RoundRobinChainAllocator(Supplier<int[]> chainTable) {
    this(chainTable, DEFAULT_CHUNK_SIZE_BYTES, DEFAULT_MAX_STRIPE);
  }

  /**
   * Like the shorter one.
   *
   * @param chunkSizeBytes a power of two from 4 KiB to 64 MiB
   * @param maxStripe most chains of one file, 1 to 1024
   */
  public RoundRobinChainAllocator(Supplier<int[]> chainTable, int chunkSizeBytes, int maxStripe) {
    if (maxStripe < 1 || maxStripe > 1024) {
      throw new IllegalArgumentException("a stripe is 1 to 1024 chains, not " + maxStripe);
    }
    this.chainTable = chainTable;
    this.chunkSizeBytes = chunkSizeBytes;
    this.maxStripe = maxStripe;
  }

  @Override
  public FileLayout layoutForNewFile() {
    int[] table = chainTable.get();
    if (table.length == 0) {
      throw new ChainsUnavailableException(
          "no chain table is known: register storage nodes and wait until Mgmtd has built one");
    }
    int first = Integer.remainderUnsigned(nextSlot.getAndIncrement(), table.length);
    int[] chainIds = new int[Math.min(maxStripe, table.length)];
    for (int i = 0; i < chainIds.length; i++) {
      chainIds[i] = table[(first + i) % table.length];
    }
    return new FileLayout(chunkSizeBytes, chainIds);
  }
}
