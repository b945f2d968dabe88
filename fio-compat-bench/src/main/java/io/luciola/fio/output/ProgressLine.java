package io.luciola.fio.output;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.run.LiveCounters;
import io.luciola.fio.run.LiveCounters.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The line that shows what runs, how far it is, how fast, and how long it will still take. */
public final class ProgressLine {

  private final List<JobThread> threads;
  private final long[] lastIos = new long[Direction.COUNT];
  private final long[] lastBytes = new long[Direction.COUNT];
  private long lastNs;

  /** Watches threads that are about to start. */
  public ProgressLine(List<JobThread> threads, long nowNs) {
    this.threads = List.copyOf(threads);
    this.lastNs = nowNs;
  }

  /** The line as of now; rates are those since the last call. */
  public String at(long nowNs) {
    long running = threads.stream().filter(ProgressLine::isRunning).count();
    double seconds = Math.max(1e-3, (nowNs - lastNs) / 1e9);
    List<String> bandwidths = new ArrayList<>();
    List<String> rates = new ArrayList<>();
    for (Direction direction : Direction.ALL) {
      long ios = sumIos(direction);
      long bytes = sumBytes(direction);
      int index = direction.index();
      if (ios > 0) {
        char letter = direction.label().charAt(0);
        bandwidths.add(
            letter + "=" + Quantity.binaryBytes((bytes - lastBytes[index]) / seconds) + "/s");
        rates.add(letter + "=" + Quantity.count((ios - lastIos[index]) / seconds, 4));
      }
      lastIos[index] = ios;
      lastBytes[index] = bytes;
    }
    lastNs = nowNs;
    double done = done(nowNs);
    StringBuilder line = new StringBuilder();
    line.append("Jobs: ").append(running).append(" (f=").append(files()).append("): ");
    line.append('[').append(marks()).append(']');
    line.append(String.format(Locale.ROOT, "[%.1f%%]", 100 * done));
    if (!rates.isEmpty()) {
      line.append('[').append(String.join(",", bandwidths)).append(']');
      line.append('[').append(String.join(",", rates)).append(" IOPS]");
    }
    return line.append("[eta ").append(eta(nowNs, done)).append(']').toString();
  }

  private static boolean isRunning(JobThread thread) {
    Phase phase = thread.live().phase();
    return phase != Phase.WAITING && phase != Phase.DONE;
  }

  private int files() {
    return threads.stream()
        .filter(ProgressLine::isRunning)
        .mapToInt(thread -> thread.job().files().names().size())
        .sum();
  }

  private long sumIos(Direction direction) {
    return threads.stream().mapToLong(thread -> thread.live().ios(direction)).sum();
  }

  private long sumBytes(Direction direction) {
    return threads.stream().mapToLong(thread -> thread.live().bytes(direction)).sum();
  }

  /** Letters with the number of neighbors that have the same: {@code R(2),w(1)}. */
  private String marks() {
    StringBuilder marks = new StringBuilder();
    int count = 0;
    for (int i = 0; i < threads.size(); i++) {
      count++;
      char mark = mark(threads.get(i));
      if (i + 1 == threads.size() || mark(threads.get(i + 1)) != mark) {
        marks.append(marks.isEmpty() ? "" : ",").append(mark).append('(').append(count).append(')');
        count = 0;
      }
    }
    return marks.toString();
  }

  private static char mark(JobThread thread) {
    Phase phase = thread.live().phase();
    if (phase != Phase.RUNNING) {
      return phase.mark();
    }
    JobSpec.Access access = thread.job().access();
    char mark =
        access.reads() && access.writes()
            ? 'M'
            : access.reads() ? 'R' : access.writes() ? 'W' : 'D';
    return access.random() ? Character.toLowerCase(mark) : mark;
  }

  /** The share that is done of the thread which has most to do. */
  private double done(long nowNs) {
    return threads.stream().mapToDouble(thread -> done(thread, nowNs)).min().orElse(1);
  }

  private static double done(JobThread thread, long nowNs) {
    LiveCounters live = thread.live();
    if (live.phase() == Phase.DONE) {
      return 1;
    }
    if (live.beganNs() == 0) {
      return 0;
    }
    JobSpec.Timing timing = thread.job().timing();
    double byTime =
        timing.runtimeNs() == 0
            ? 0
            : (nowNs - live.beganNs()) / (double) (timing.runtimeNs() + timing.rampNs());
    double byBytes = 0;
    if (!timing.timeBased() && live.targetBytes() > 0) {
      long bytes = Direction.ALL.stream().mapToLong(live::bytes).sum();
      byBytes = bytes / (double) live.targetBytes();
    }
    return Math.min(1, Math.max(byTime, byBytes));
  }

  private String eta(long nowNs, double done) {
    long began =
        threads.stream()
            .mapToLong(thread -> thread.live().beganNs())
            .filter(ns -> ns != 0)
            .min()
            .orElse(0);
    if (began == 0 || done <= 0) {
      return "--";
    }
    long seconds = Math.round((nowNs - began) / 1e9 * (1 - done) / done);
    String minutes = String.format(Locale.ROOT, "%02dm:%02ds", seconds / 60 % 60, seconds % 60);
    return seconds < 3600
        ? minutes
        : String.format(Locale.ROOT, "%02dh:%s", seconds / 3600, minutes);
  }
}
