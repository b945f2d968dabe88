package io.luciola.fio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FioReportTest {

  private static final String REPORT =
      """
      note: both iodepth >= 1 and synchronous I/O engine are selected
      {"timestamp_ms": 100000, "jobs": [{"error": %d, %s
        "read": {"iops": 1000.5, "bw_bytes": 4098048, "runtime": 4000},
        "write": {"iops": 500, "bw_bytes": 2048000, "runtime": 3999}}]}
      """;

  @Test
  void withoutAStartTheTimeIsCountedFromTheEnd() throws BenchException {
    FioReport report = FioReport.parse(REPORT.formatted(0, ""), 2);
    assertEquals(1500.5, report.iops());
    assertEquals(6_146_048, report.bytesPerSecond());
    assertEquals(96_000, report.fromMs());
    assertEquals(100_000, report.toMs());
  }

  @Test
  void withAStartMeasuringBeginsBehindTheRamp() throws BenchException {
    FioReport report = FioReport.parse(REPORT.formatted(0, "\"job_start\": 50000,"), 2);
    assertEquals(52_000, report.fromMs());
    assertEquals(56_000, report.toMs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fio: nothing | no report",
        "{\"jobs\": [ | cannot be read",
        "{\"jobs\": [{\"error\": 28}]} | error 28",
        "{\"jobs\": [{\"error\": 0}]} | did nothing"
      })
  void whatIsNoGoodReportIsRefused(String output, String expected) {
    BenchException refused = assertThrows(BenchException.class, () -> FioReport.parse(output, 0));
    assertTrue(refused.getMessage().contains(expected), refused.getMessage());
  }
}
