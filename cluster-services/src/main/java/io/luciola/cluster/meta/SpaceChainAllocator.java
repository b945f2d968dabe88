package io.luciola.cluster.meta;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.allocation.ChainChooser;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.chaintable.allocation.FileGrowth;
import io.luciola.cluster.config.MetaSettings;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives chains by their free space, see {@link ChainChooser}.
 *
 * <p>What was given is written a little later, and reported later still: until then it counts as
 * used. When that alone leaves no room, the space is asked for again while it can still be that
 * less was written than given, so that nobody hears of a full file system before it is full.
 */
public final class SpaceChainAllocator implements ChainAllocator {

  /** 1 MiB. */
  public static final int DEFAULT_CHUNK_SIZE_BYTES = 1 << 20;

  /** Chains of one run of a file's chunks at least, where there are so many. */
  public static final int LEAST_DEFAULT_STRIPE = 16;

  /** How long a gift may be on its way into a report. */
  private static final long GIFT_NS = 2_000_000_000L;

  private static final long RETRY_MS = 100;

  private record Gift(long timeNs, int chainId, long bytes) {}

  private final SpaceSource source;
  private final Supplier<MetaSettings> settings;
  private final LongSupplier nanoClock;
  private final long seed;
  private final ArrayDeque<Gift> gifts = new ArrayDeque<>();
  private final Map<Integer, Long> given = new HashMap<>();
  private ClusterSpace known = ClusterSpace.UNKNOWN;
  private @Nullable ChainChooser chooser;
  private double preference;

  /**
   * Files as the settings say when they are made; else of 1 MiB chunks, over as many chains as a
   * round of the table has, or 16.
   *
   * @param settings as they are now
   * @param seed other ones for other Metas: together they stay balanced
   */
  public SpaceChainAllocator(
      SpaceSource source, Supplier<MetaSettings> settings, LongSupplier nanoClock, long seed) {
    this.source = source;
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.seed = seed;
  }

  @Override
  public LayoutDefaults defaults() {
    MetaSettings now = settings.get();
    ChainTable table = source.space().table();
    int round = table == null || table.rounds() == 1 ? 0 : table.minimumStripe();
    int stripe = Math.clamp(round, LEAST_DEFAULT_STRIPE, FileGrowth.MOST_STRIPE);
    return new LayoutDefaults(now.chunkSizeBytes(DEFAULT_CHUNK_SIZE_BYTES), now.maxStripe(stripe));
  }

  @Override
  public int count() {
    ChainTable table = source.space().table();
    return table == null ? 0 : table.chainIds().size();
  }

  @Override
  public int[] chains(int count, int[] recent, long shareBytes, long roomBytes) {
    if (source.space().table() == null && source.askNow().table() == null) {
      throw new ChainsUnavailableException(
          "no chain table is known: register storage nodes and wait until Mgmtd has built one");
    }
    long beganNs = nanoClock.getAsLong();
    int[] chains = choose(count, recent, shareBytes, roomBytes);
    while (chains.length == 0
        && roomBytes == shareBytes
        && mayBeMore(shareBytes)
        && nanoClock.getAsLong() - beganNs < 2 * GIFT_NS
        && pause()) {
      source.askNow();
      chains = choose(count, recent, shareBytes, roomBytes);
    }
    return chains;
  }

  private static boolean pause() {
    try {
      Thread.sleep(RETRY_MS);
      return true;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether some chain would have room if nothing was on its way. */
  private synchronized boolean mayBeMore(long shareBytes) {
    return !gifts.isEmpty()
        && known.chains().values().stream().anyMatch(chain -> chain.freeBytes() >= shareBytes);
  }

  private synchronized int[] choose(int count, int[] recent, long shareBytes, long roomBytes) {
    ChainChooser current = current();
    int[] chains = current.choose(count, recent, shareBytes, roomBytes);
    long nowNs = nanoClock.getAsLong();
    for (int chain : chains) {
      gifts.add(new Gift(nowNs, chain, shareBytes));
      given.merge(chain, shareBytes, Long::sum);
    }
    return chains;
  }

  @SuppressWarnings("ReferenceEquality") // another object is another report
  private ChainChooser current() {
    ClusterSpace space = source.space();
    double wanted = settings.get().emptierPreference(ChainChooser.DEFAULT_PREFERENCE);
    ChainTable table = space.table();
    if (chooser == null
        || wanted != preference
        || (table != null && !table.equals(known.table()))) {
      if (table == null) {
        throw new IllegalStateException("the chain table is gone");
      }
      chooser = new ChainChooser(table, wanted, seed);
      preference = wanted;
      known = ClusterSpace.UNKNOWN;
    }
    if (space != known && table != null) {
      forgetOldGifts();
      chooser.onSpace(
          id -> {
            ChainSpace of = space.chains().getOrDefault(id, new ChainSpace(0, 0, false));
            long free = Math.max(0, of.freeBytes() - given.getOrDefault(id, 0L));
            return new ChainSpace(of.budgetBytes(), free, of.complete());
          });
      known = space;
    }
    return chooser;
  }

  private void forgetOldGifts() {
    long nowNs = nanoClock.getAsLong();
    while (!gifts.isEmpty() && nowNs - gifts.getFirst().timeNs() > GIFT_NS) {
      Gift old = gifts.removeFirst();
      given.merge(old.chainId(), -old.bytes(), Long::sum);
    }
  }
}
