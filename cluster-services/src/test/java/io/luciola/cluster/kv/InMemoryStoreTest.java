package io.luciola.cluster.kv;

import java.util.Random;

final class InMemoryStoreTest extends KeyValueStoreContract {

  private final ManualClock clock = new ManualClock();

  @Override
  KeyValueStore newStore() {
    return EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, clock, new Random(1));
  }

  @Override
  void passTime(long ns) {
    clock.pass(ns);
  }
}
