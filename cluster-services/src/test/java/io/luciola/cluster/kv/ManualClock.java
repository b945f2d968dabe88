package io.luciola.cluster.kv;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that a test moves. */
public final class ManualClock implements LongSupplier {

  private final AtomicLong nowNs = new AtomicLong(1_000_000_000_000L);

  /** Lets time pass. */
  public void pass(long ns) {
    nowNs.addAndGet(ns);
  }

  @Override
  public long getAsLong() {
    return nowNs.get();
  }
}
