package io.luciola.fio.failover;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** Does one fault after the other to a cluster under load, and waits until it is whole again. */
final class FaultRunner {

  private static final double NS_PER_MS = 1e6;

  /** After the chains have changed, for I/Os that are still on their way. */
  private static final long SETTLE_MS = 700;

  /** Between two faults, so that each meets the cluster in another moment of its heartbeats. */
  private static final int MOST_PAUSE_MS = 400;

  private final ProcessCluster cluster;
  private final Load load;
  private final Random random;

  FaultRunner(ProcessCluster cluster, Load load, Random random) {
    this.cluster = cluster;
    this.load = load;
    this.random = random;
  }

  Round run(Fault fault) throws IOException, InterruptedException {
    Thread.sleep(random.nextInt(MOST_PAUSE_MS));
    long errorsBefore = load.errors();
    return fault.hitsStorage() ? hitStorage(fault, errorsBefore) : hitMgmtd(fault, errorsBefore);
  }

  private Round hitStorage(Fault fault, long errorsBefore)
      throws IOException, InterruptedException {
    ServiceProcess victim = cluster.node(1 + random.nextInt(ProcessCluster.STORAGE_NODES));
    load.beginWindow();
    if (fault == Fault.STOP_REPLICA) {
      victim.pause();
    } else {
      victim.kill();
    }
    Duration noticed = cluster.awaitBroken();
    Thread.sleep(SETTLE_MS);
    double gapMs = load.longestNs() / NS_PER_MS;
    if (fault == Fault.STOP_REPLICA) {
      victim.resume();
    } else {
      victim.start();
    }
    Duration healed = cluster.awaitWhole();
    return round(fault, victim, gapMs, noticed, healed, errorsBefore);
  }

  private Round hitMgmtd(Fault fault, long errorsBefore) throws IOException, InterruptedException {
    boolean primary = fault == Fault.KILL_PRIMARY;
    ServiceProcess victim = primary ? cluster.primary() : cluster.standby();
    long term = cluster.term();
    load.beginWindow();
    victim.kill();
    Duration noticed = primary ? cluster.awaitTermAfter(term) : Duration.ZERO;
    // As long as leases that the killed one granted could have lasted, and longer.
    Thread.sleep(2 * SETTLE_MS);
    double gapMs = load.longestNs() / NS_PER_MS;
    victim.start();
    return round(fault, victim, gapMs, noticed, cluster.awaitWhole(), errorsBefore);
  }

  private Round round(
      Fault fault,
      ServiceProcess victim,
      double gapMs,
      Duration noticed,
      Duration healed,
      long errorsBefore) {
    return new Round(
        fault,
        victim.name(),
        gapMs,
        noticed.toNanos() / NS_PER_MS,
        healed.toNanos() / NS_PER_MS,
        load.errors() - errorsBefore);
  }
}
