package io.luciola.blockstore.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Operations at random, of all kinds, sizes and alignments. */
final class RandomOperations {

  private static final int[] CAPACITIES = {4 << 10, 16 << 10, 64 << 10, 256 << 10};

  private final Random random;
  private boolean removed;

  RandomOperations(long seed) {
    random = new Random(seed);
  }

  /** The next one. */
  Operation next() {
    if (removed && random.nextInt(4) == 0) {
      removed = false;
      return new Operation.CreateTarget(EngineModel.TARGET, 1 << 30);
    }
    if (!removed && random.nextInt(100) == 0) {
      removed = true;
      return new Operation.RemoveTarget(EngineModel.TARGET);
    }
    int chunk = random.nextInt(EngineModel.CHUNKS);
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> new Operation.Prepare(change(chunk));
      case 6, 7 -> new Operation.Update(change(chunk));
      case 8, 9, 10, 11 -> new Operation.Commit(chunk);
      case 12 -> new Operation.Discard(chunk);
      case 13, 14 ->
          new Operation.Read(
              chunk,
              random.nextBoolean(),
              random.nextInt(capacity(chunk)),
              1 + random.nextInt(capacity(chunk)));
      case 15 -> random.nextInt(4) == 0 ? new Operation.Sync() : new Operation.Work(3);
      case 16 -> batch(chunk);
      default -> new Operation.Work(1 + random.nextInt(6));
    };
  }

  /** A change of any kind. */
  Change change(int chunk) {
    int capacity = capacity(chunk);
    Change change =
        switch (random.nextInt(16)) {
          case 0, 1 -> sized(Change.truncate(chunk, random.nextInt(capacity + 1), capacity));
          case 2, 3 ->
              sized(
                  Change.replace(chunk, random.nextInt(capacity + 1), capacity)
                      .withVersionStep(1 + random.nextInt(3)));
          case 4 -> Change.remove(chunk);
          case 7 ->
              sized(
                  Change.install(chunk, random.nextInt(capacity + 1), capacity)
                      .withVersionStep(random.nextInt(6) - 2));
          case 5, 6 -> EngineFeatures.PUNCH ? punch(chunk, capacity) : write(chunk, capacity);
          default -> write(chunk, capacity);
        };
    if (EngineFeatures.CONDITIONS && random.nextInt(16) == 0) {
      change = change.onlyIf(random.nextInt(2));
    }
    return change.withSeed(random.nextInt(8) == 0 ? 0 : random.nextLong());
  }

  private Operation batch(int chunk) {
    if (!EngineFeatures.BATCHES) {
      return new Operation.Prepare(change(chunk));
    }
    List<Integer> chunks = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(3); i++) {
      int other = random.nextInt(EngineModel.CHUNKS);
      if (!chunks.contains(other)) {
        chunks.add(other);
      }
    }
    return random.nextBoolean()
        ? new Operation.CommitAll(chunks)
        : new Operation.PrepareAll(chunks.stream().map(this::change).toList());
  }

  private Change write(int chunk, int capacity) {
    int most = random.nextBoolean() ? Math.min(9000, capacity) : capacity;
    int length = 1 + random.nextInt(most);
    int offset = random.nextInt(capacity - length + 1);
    if (random.nextBoolean()) {
      offset &= -4096;
    }
    if (random.nextInt(3) == 0) {
      length = Math.min(capacity - offset, (length + 4095) & -4096);
    }
    return sized(Change.write(chunk, offset, length, capacity));
  }

  private Change punch(int chunk, int capacity) {
    int offset = random.nextInt(capacity);
    return Change.punch(chunk, offset, 1 + random.nextInt(capacity - offset));
  }

  /** Chunks with even numbers take as little space as an update needs, and move as they grow. */
  private static Change sized(Change change) {
    if (change.chunk() % 2 == 1) {
      return change;
    }
    int end = Math.max(4096, change.offset() + change.length());
    int capacity = Integer.highestOneBit(end - 1) << 1;
    return new Change(
        change.chunk(),
        change.kind(),
        change.offset(),
        change.length(),
        change.seed(),
        capacity,
        change.versionStep(),
        change.ifVersion());
  }

  private static int capacity(int chunk) {
    return CAPACITIES[chunk % CAPACITIES.length];
  }
}
