package io.luciola.fio.output;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.stats.DirectionStats;
import java.util.List;

/** One direction of all threads of a group. */
record GroupTotals(long bytes, long least, long most, long leastRuntimeMs, long mostRuntimeMs) {

  static GroupTotals of(List<JobThread> threads, int groupId, Direction direction) {
    long bytes = 0;
    long least = Long.MAX_VALUE;
    long most = 0;
    long leastMs = Long.MAX_VALUE;
    long mostMs = 0;
    for (JobThread thread : threads) {
      DirectionStats stats = thread.stats().of(direction);
      if (thread.job().groupId() == groupId && stats.ios > 0) {
        bytes += stats.bytes;
        least = Math.min(least, stats.bytesPerSecond());
        most = Math.max(most, stats.bytesPerSecond());
        leastMs = Math.min(leastMs, stats.runtimeMs());
        mostMs = Math.max(mostMs, stats.runtimeMs());
      }
    }
    return new GroupTotals(bytes, least, most, leastMs, mostMs);
  }

  boolean isEmpty() {
    return mostRuntimeMs == 0;
  }

  /** Bytes per second of the group as a whole. */
  double aggregate() {
    return isEmpty() ? 0 : bytes * 1000.0 / mostRuntimeMs;
  }

  /** The share of the group's bandwidth that a mean in KiB/s makes up, at most 100. */
  double percentOf(double meanKib) {
    return isEmpty() ? 0 : Math.min(100, 100 * meanKib * 1024 / aggregate());
  }
}
