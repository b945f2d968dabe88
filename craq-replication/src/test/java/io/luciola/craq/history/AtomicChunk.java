package io.luciola.craq.history;

import io.luciola.craq.history.Action.Read;
import io.luciola.craq.history.Action.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Long histories: clients one operation after another on a chunk that is atomic. */
final class AtomicChunk {

  private static final int BLOCKS = 8;

  private record Planned(
      long client, long from, long to, long atTime, boolean happens, Action.Update update) {}

  private final Random random;
  private final double readShare;
  private final double unknownShare;
  private final boolean wholeWrites;
  private long nextValue = 1;

  AtomicChunk(long seed, double readShare, double unknownShare, boolean wholeWrites) {
    this.random = new Random(seed);
    this.readShare = readShare;
    this.unknownShare = unknownShare;
    this.wholeWrites = wholeWrites;
  }

  /** A history without fault. */
  List<Operation> operations(int clients, int count, ReadMode mode) {
    List<Planned> plan = new ArrayList<>();
    for (int client = 1; client <= clients; client++) {
      long timeNs = random.nextInt(100);
      for (int i = 0; i < count / clients; i++) {
        long from = timeNs + 1 + random.nextInt(10);
        long to = from + 1 + random.nextInt(200);
        boolean read = random.nextDouble() < readShare;
        boolean unknown = !read && random.nextDouble() < unknownShare;
        long late = unknown ? random.nextInt(3000) : random.nextInt((int) (to - from) + 1);
        plan.add(
            new Planned(
                client,
                from,
                unknown ? Operation.UNKNOWN : to,
                from + late,
                !unknown || random.nextBoolean(),
                read ? null : update()));
        timeNs = to;
      }
    }
    plan.sort(Comparator.comparingLong(Planned::atTime));
    List<Operation> operations = new ArrayList<>();
    ChunkContent state = ChunkContent.ABSENT;
    long version = 0;
    for (Planned each : plan) {
      Action action = new Read(mode, version, state);
      if (each.update != null) {
        action = each.update;
        state = each.happens ? each.update.applyTo(state) : state;
        version++;
      }
      operations.add(new Operation(each.client, each.from, each.to, action));
    }
    return operations;
  }

  private Update update() {
    int dice = random.nextInt(40);
    if (dice == 0) {
      return HistoryBuilder.remove();
    }
    if (dice < 3) {
      return HistoryBuilder.truncate(random.nextInt(BLOCKS + 1));
    }
    if (dice < 5) {
      return HistoryBuilder.replace(1 + random.nextInt(BLOCKS), nextValue++);
    }
    int block = wholeWrites ? 0 : random.nextInt(BLOCKS);
    int count = wholeWrites ? BLOCKS : 1 + random.nextInt(Math.min(2, BLOCKS - block));
    return HistoryBuilder.write(block, count, nextValue++);
  }

  /** Gives a late read what a read long before it saw, if that can be told; whether it can. */
  static boolean makeStale(List<Operation> operations) {
    List<Integer> reads = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i).action() instanceof Read) {
        reads.add(i);
      }
    }
    if (reads.size() < 70) {
      return false;
    }
    int place = reads.get(reads.size() - 5);
    Operation late = operations.get(place);
    Read stale = (Read) operations.get(reads.get(reads.size() - 65)).action();
    operations.set(
        place, new Operation(late.client(), late.invokedNs(), late.respondedNs(), stale));
    LongStream seen = LongStream.of(((Read) late.action()).content().values());
    Set<Long> shown = seen.boxed().collect(Collectors.toSet());
    return LongStream.of(stale.content().values())
        .anyMatch(value -> value != ChunkContent.ZEROS && !shown.contains(value));
  }
}
