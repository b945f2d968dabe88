package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Small histories: what an atomic chunk would have answered, and then a few things changed. */
final class RandomHistories {

  private static final int BLOCKS = 3;

  private record Planned(
      long client, long from, long to, long atTime, Action.Update update, ReadMode mode) {}

  private final Random random;
  private final List<ReadMode> modes;
  private long nextValue = 1;

  RandomHistories(long seed, List<ReadMode> modes) {
    this.random = new Random(seed);
    this.modes = modes;
  }

  ChunkHistory next() {
    int count = 2 + random.nextInt(6);
    int span = 4 + random.nextInt(20);
    int updateWeight = 1 + random.nextInt(4);
    int kinds = 1 + random.nextInt(5);
    List<Planned> plan = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = random.nextInt(span);
      long to = from + random.nextInt(span / 2);
      long at = from + random.nextInt((int) (to - from) + 1);
      boolean isUpdate = random.nextInt(5) < updateWeight;
      boolean unknown = isUpdate && random.nextInt(4) == 0;
      if (unknown) {
        at = from + random.nextInt(span);
      }
      plan.add(
          new Planned(
              random.nextInt(3),
              from,
              unknown ? Operation.UNKNOWN : to,
              at,
              isUpdate ? update(kinds) : null,
              modes.get(random.nextInt(modes.size()))));
    }
    plan.sort(Comparator.comparingLong(Planned::atTime));
    return new ChunkHistory(answered(plan));
  }

  private List<Operation> answered(List<Planned> plan) {
    List<ChunkContent> states = new ArrayList<>(List.of(ChunkContent.ABSENT));
    List<Operation> operations = new ArrayList<>();
    for (Planned each : plan) {
      Action action;
      if (each.update != null) {
        boolean happens = each.to != Operation.UNKNOWN || random.nextBoolean();
        if (happens && random.nextInt(20) != 0) {
          states.add(each.update.applyTo(states.getLast()));
        }
        action = each.update;
      } else {
        action = new Action.Read(each.mode, 0, seen(states, each.mode));
      }
      operations.add(new Operation(each.client, each.from, each.to, action));
    }
    return operations;
  }

  private ChunkContent seen(List<ChunkContent> states, ReadMode mode) {
    boolean old = mode != ReadMode.LINEARIZABLE && random.nextBoolean();
    if (old || random.nextInt(8) == 0) {
      return states.get(random.nextInt(states.size()));
    }
    if (random.nextInt(12) == 0) {
      return torn(states.getLast(), states.get(random.nextInt(states.size())));
    }
    return states.getLast();
  }

  /** The first block of one and the others of another. */
  private static ChunkContent torn(ChunkContent first, ChunkContent rest) {
    long[] values = rest.values();
    if (!first.exists() || first.lengthBytes() == 0 || values.length == 0) {
      return first;
    }
    return ChunkContent.of(8, first.values()[0]).append(8, values[values.length - 1]);
  }

  private Action.Update update(int kinds) {
    return switch (random.nextInt(kinds + 1)) {
      case 2 -> HistoryBuilder.truncate(random.nextInt(BLOCKS + 1));
      case 3 -> HistoryBuilder.remove();
      case 4 -> HistoryBuilder.replace(1 + random.nextInt(BLOCKS), nextValue++);
      default -> {
        int block = random.nextInt(BLOCKS);
        yield HistoryBuilder.write(block, 1 + random.nextInt(BLOCKS - block), nextValue++);
      }
    };
  }
}
