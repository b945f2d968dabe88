package io.luciola.cluster.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Concurrent transactions of random reads and writes leave a history; played again one after the
 * other in the order of their versions, each must read what it had read.
 */
final class SerializabilityTest {

  private static final int KEYS = 12;

  /** One thing a transaction did and, for reads, what came back. */
  private record Step(char kind, int key, int end, long number, String result) {}

  private record Committed(long version, int order, List<Step> steps) {}

  @Property(tries = 40)
  void everyHistoryEqualsASerialOne(@ForAll long seed) throws Exception {
    List<Committed> history = new ArrayList<>();
    try (KeyValueStore store =
            EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(seed));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<List<Committed>>> workers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Random random = new Random(seed * 31 + i);
        workers.add(threads.submit(() -> work(store, random)));
      }
      for (Future<List<Committed>> worker : workers) {
        history.addAll(worker.get());
      }
    }
    // A transaction that wrote nothing took place behind the commit whose version it read.
    history.sort(Comparator.comparingLong(Committed::version).thenComparing(Committed::order));
    NavigableMap<Integer, Long> model = new TreeMap<>();
    for (Committed committed : history) {
      for (Step step : committed.steps()) {
        assertEquals(
            step.result(), play(model, step), "seed " + seed + ", version " + committed.version());
      }
    }
  }

  private static List<Committed> work(KeyValueStore store, Random random) {
    List<Committed> committed = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<Step> steps = new ArrayList<>();
      try (Transaction t = store.begin()) {
        int count = 1 + random.nextInt(5);
        for (int s = 0; s < count; s++) {
          steps.add(step(t, random));
          if (random.nextInt(4) == 0) {
            LockSupport.parkNanos(1);
          }
        }
        long version = t.commit();
        committed.add(
            version < 0
                ? new Committed(t.readVersion(), 1, steps)
                : new Committed(version, 0, steps));
      } catch (KvException e) {
        assertEquals(KvException.Kind.CONFLICT, e.kind());
      }
    }
    return committed;
  }

  private static Step step(Transaction t, Random random) {
    int key = random.nextInt(KEYS);
    int end = key + random.nextInt(KEYS);
    long number = random.nextInt(1000);
    return switch (random.nextInt(7)) {
      case 0, 1 -> {
        byte[] value = t.get(key(key));
        yield new Step('g', key, 0, 0, value == null ? "none" : "" + number(value));
      }
      case 2 -> range(t, key, end, 1 + random.nextInt(4), false);
      case 3 -> range(t, key, end, 1 + random.nextInt(4), true);
      case 4 -> {
        t.set(key(key), value(number));
        yield new Step('s', key, 0, number, "");
      }
      case 5 -> {
        t.add(key(key), number);
        yield new Step('a', key, 0, number, "");
      }
      default -> {
        t.clearRange(key(key), key(end));
        yield new Step('c', key, end, 0, "");
      }
    };
  }

  private static Step range(Transaction t, int begin, int end, int limit, boolean reverse) {
    List<String> found = new ArrayList<>();
    for (KeyValue pair : t.getRange(key(begin), key(end), limit, reverse)) {
      found.add(pair.key()[0] + "=" + number(pair.value()));
    }
    return new Step(reverse ? 'R' : 'r', begin, end, limit, found.toString());
  }

  private static String play(NavigableMap<Integer, Long> model, Step step) {
    switch (step.kind()) {
      case 'g' -> {
        Long value = model.get(step.key());
        return value == null ? "none" : value.toString();
      }
      case 'r', 'R' -> {
        var range = model.subMap(step.key(), true, step.end(), false);
        List<String> found = new ArrayList<>();
        (step.kind() == 'r' ? range : range.descendingMap())
            .forEach(
                (k, v) -> {
                  if (found.size() < step.number()) {
                    found.add(k + "=" + v);
                  }
                });
        return found.toString();
      }
      case 's' -> model.put(step.key(), step.number());
      case 'a' -> model.merge(step.key(), step.number(), Long::sum);
      case 'c' -> model.subMap(step.key(), true, step.end(), false).clear();
      default -> throw new AssertionError(step.kind());
    }
    return "";
  }

  private static byte[] key(int number) {
    return new byte[] {(byte) number};
  }

  private static byte[] value(long number) {
    return ByteBuffer.allocate(8).putLong(Long.reverseBytes(number)).array();
  }

  private static long number(byte[] value) {
    return Long.reverseBytes(ByteBuffer.wrap(value).getLong());
  }
}
