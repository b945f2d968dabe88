package io.luciola.cluster.meta;

import java.time.Duration;

/**
 * Settings of the Meta service.
 *
 * @param sessionTimeout how long a client may be silent before its sessions end
 * @param requestMemory how long the answer to a request is kept for a repeat
 * @param sweepInterval pause between two looks for dead sessions and old answers
 * @param garbageInterval pause between two looks into an empty garbage queue; also the first pause
 *     after a failure, doubled up to a minute by each further one
 */
public record MetaOptions(
    Duration sessionTimeout,
    Duration requestMemory,
    Duration sweepInterval,
    Duration garbageInterval) {

  /** Sessions 60 s, answers 30 min, a sweep each 10 s, garbage each 500 ms. */
  public static final MetaOptions DEFAULT =
      new MetaOptions(
          Duration.ofSeconds(60),
          Duration.ofMinutes(30),
          Duration.ofSeconds(10),
          Duration.ofMillis(500));
}
