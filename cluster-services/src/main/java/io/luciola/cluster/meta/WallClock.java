package io.luciola.cluster.meta;

import java.time.Instant;
import java.time.InstantSource;

/** The time of day as file systems count it. */
record WallClock(InstantSource source) {

  /** Nanoseconds since 1970. */
  long nowNs() {
    Instant now = source.instant();
    return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
  }
}
