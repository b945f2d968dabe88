package io.luciola.fio.run;

/** Time that passes only when someone sleeps, and a little with each look. */
public final class FakeClock implements Clock {

  private final long perLookNs;
  private long nowNs = 1_000_000;

  /** Time passes by this much with each look. */
  public FakeClock(long perLookNs) {
    this.perLookNs = perLookNs;
  }

  @Override
  public synchronized long nanoTime() {
    nowNs += perLookNs;
    return nowNs;
  }

  @Override
  public synchronized void sleep(long durationNs) {
    nowNs += durationNs;
  }
}
