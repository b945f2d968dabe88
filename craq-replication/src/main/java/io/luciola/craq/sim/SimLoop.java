package io.luciola.craq.sim;

import com.google.errorprone.annotations.FormatMethod;
import java.io.PrintWriter;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time: events in order of their time, then of their making. Keeps a hash of the trace.
 */
final class SimLoop {

  static final long MICRO = 1_000;
  static final long MILLI = 1_000_000;

  private record Event(long atNs, long number, Runnable action) {}

  final SplittableRandom random;
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          (a, b) ->
              a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.number, b.number));
  private long nowNs;
  private long events;
  private long hash;
  private @Nullable PrintWriter out;

  SimLoop(long seed) {
    random = new SplittableRandom(seed);
  }

  long nowNs() {
    return nowNs;
  }

  void at(long timeNs, Runnable action) {
    queue.add(new Event(Math.max(timeNs, nowNs), events++, action));
  }

  void after(long delayNs, Runnable action) {
    at(nowNs + delayNs, action);
  }

  /** Between {@code from} and {@code to}, mostly near {@code from}. */
  long delay(long fromNs, long toNs) {
    double r = random.nextDouble();
    return fromNs + (long) ((toNs - fromNs) * r * r * r);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  void runUntil(long endNs) {
    while (!queue.isEmpty() && queue.peek().atNs <= endNs) {
      Event event = queue.poll();
      nowNs = event.atNs;
      event.action.run();
    }
    nowNs = endNs;
  }

  /** From now on events are written out. */
  void tellTo(PrintWriter writer) {
    out = writer;
  }

  /** Writes an event out, if anybody wants to read it. */
  @FormatMethod
  void tell(String format, Object... values) {
    if (out != null) {
      out.printf("%12.3f ms  ", nowNs / 1e6);
      out.printf(format + "%n", values);
    }
  }

  void trace(long what, long a, long b) {
    hash = (hash ^ (nowNs + 31 * what + 1_000_003 * a + b)) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
  }

  long traceHash() {
    return hash;
  }
}
