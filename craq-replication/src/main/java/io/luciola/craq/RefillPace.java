package io.luciola.craq;

/**
 * How much of their budget refills may use, so that foreground updates do not suffer: a refill
 * begins with little, the share is halved while updates take more than twice as long as they do
 * without refills, and grows again in small steps when they do not. One for all replicas of a node;
 * for one thread.
 */
public final class RefillPace {

  /** Least share: a refill that is slow ends, one that stands still does not. */
  public static final double MIN_SHARE = 1.0 / 64;

  /** Share with which a refill begins, before anybody knows what it does to the others. */
  static final double FIRST_SHARE = 1.0 / 16;

  private static final double STEP_UP = 1.0 / 32;
  private static final double TOO_SLOW = 2;

  /** Weight of an update in the figures. */
  private static final double CALM_WEIGHT = 1.0 / 64;

  private static final double BUSY_WEIGHT = 1.0 / 8;

  /** Shorter times than this are not told apart. */
  private static final double LEAST_CALM_NS = 200_000;

  private static final long INTERVAL_NS = 50_000_000;

  /** What begins this long after the last chunk is another refill. */
  private static final long OTHER_REFILL_NS = 10_000_000_000L;

  /** An update this long after the last chunk of a refill has not met it. */
  private static final long AFTER_REFILL_NS = 100_000_000;

  private double share = FIRST_SHARE;
  private double calmNs;
  private double busyNs;
  private boolean busyKnown;
  private boolean refilled;
  private long lastRefillNs;
  private boolean begun;
  private long nextStepNs;

  /** Nothing is known yet. */
  public RefillPace() {}

  /** A foreground update was answered. */
  public void onUpdate(long tookNs, long nowNs) {
    if (isRefilling(nowNs)) {
      busyNs = busyKnown ? busyNs + (tookNs - busyNs) * BUSY_WEIGHT : tookNs;
      busyKnown = true;
    } else {
      calmNs = calmNs == 0 ? tookNs : calmNs + (tookNs - calmNs) * CALM_WEIGHT;
      busyKnown = false;
    }
  }

  /** A chunk of a refill was read, sent or compared. */
  public void onRefill(long nowNs) {
    if (refilled && nowNs - lastRefillNs >= OTHER_REFILL_NS) {
      share = FIRST_SHARE;
    }
    refilled = true;
    lastRefillNs = nowNs;
  }

  /** The share of the budget that refills may use now: above 0, at most 1. */
  public double share(long nowNs) {
    if (!begun) {
      begun = true;
      nextStepNs = nowNs + INTERVAL_NS;
    } else if (nowNs >= nextStepNs) {
      nextStepNs = nowNs + INTERVAL_NS;
      if (!isRefilling(nowNs)) {
        return share;
      }
      boolean tooSlow = busyKnown && calmNs != 0 && busyNs > TOO_SLOW * calmNs();
      share = tooSlow ? Math.max(share / 2, MIN_SHARE) : Math.min(share + STEP_UP, 1);
      busyKnown = false; // the next step is judged by what comes after this one
    }
    return share;
  }

  /** What a foreground update takes without refills, on average. */
  double calmNs() {
    return Math.max(calmNs, LEAST_CALM_NS);
  }

  private boolean isRefilling(long nowNs) {
    return refilled && nowNs - lastRefillNs < AFTER_REFILL_NS;
  }
}
