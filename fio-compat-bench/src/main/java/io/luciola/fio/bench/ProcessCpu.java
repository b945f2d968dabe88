package io.luciola.fio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How much processor time a whole process, all its threads and the kernel's workers for its
 * io_uring, had used at which time: samples of {@code /proc/PID/stat}, and what lies between them.
 */
final class ProcessCpu {

  /** What the kernel counts in there: always hundredths of a second on this platform. */
  private static final long TICK_NS = 10_000_000;

  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private final List<Long> timesMs = new ArrayList<>();
  private final List<Long> cpuNs = new ArrayList<>();

  /** Takes a sample; none when the process has ended. */
  void sample(long pid) {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException ended) {
      return;
    }
    add(System.currentTimeMillis(), cpuNsOf(stat));
  }

  void add(long timeMs, long usedNs) {
    timesMs.add(timeMs);
    cpuNs.add(usedNs);
  }

  /** User and system time in a line of {@code /proc/PID/stat}. */
  static long cpuNsOf(String stat) {
    // The name, in parentheses, may hold anything; the state behind it is the third field.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) * TICK_NS;
  }

  /**
   * Processors that the process kept busy between two times: 1.0 is one of them all the time.
   *
   * @throws BenchException when there are no samples on both sides
   */
  double busyProcessors(double fromMs, double toMs) throws BenchException {
    return (at(toMs) - at(fromMs)) / ((toMs - fromMs) * 1e6);
  }

  private double at(double timeMs) throws BenchException {
    for (int i = 1; i < timesMs.size(); i++) {
      long before = timesMs.get(i - 1);
      long after = timesMs.get(i);
      if (timeMs >= before && timeMs <= after && after > before) {
        double share = (timeMs - before) / (after - before);
        return cpuNs.get(i - 1) + share * (cpuNs.get(i) - cpuNs.get(i - 1));
      }
    }
    throw new BenchException("the process was not watched at the time that it measured");
  }
}
