package io.luciola.fio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessCpuTest {

  @Test
  void aNameCannotConfuseIt() {
    String stat = "42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 30 0 0 20 0 4";
    assertEquals(1_800_000_000L, ProcessCpu.cpuNsOf(stat));
  }

  @Test
  void timesBetweenSamplesAreInterpolated() throws BenchException {
    ProcessCpu cpu = new ProcessCpu();
    cpu.add(1000, 0);
    cpu.add(2000, 1_000_000_000);
    cpu.add(4000, 2_000_000_000);
    assertEquals(1.0, cpu.busyProcessors(1200, 1800), 1e-9);
    assertEquals(0.5, cpu.busyProcessors(2500, 3500), 1e-9);
    assertEquals(0.75, cpu.busyProcessors(1500, 2500), 1e-9);
  }

  @Test
  void aTimeThatWasNotWatchedIsAnError() {
    ProcessCpu cpu = new ProcessCpu();
    cpu.add(1000, 0);
    cpu.add(2000, 1);
    assertThrows(BenchException.class, () -> cpu.busyProcessors(1500, 2001));
    assertThrows(BenchException.class, () -> cpu.busyProcessors(999, 1500));
  }

  @Test
  void thisProcessIsSeenAtWork() throws BenchException, InterruptedException {
    ProcessCpu cpu = new ProcessCpu();
    long pid = ProcessHandle.current().pid();
    long fromMs = System.currentTimeMillis();
    cpu.sample(pid);
    long sum = 0;
    while (System.currentTimeMillis() - fromMs < 300) {
      sum += Long.numberOfTrailingZeros(sum | 1);
    }
    cpu.sample(pid);
    double busy = cpu.busyProcessors(fromMs + 50.0, fromMs + 250.0);
    assertTrue(
        busy > 0 && busy <= Runtime.getRuntime().availableProcessors() + 1, busy + " " + sum);
  }
}
