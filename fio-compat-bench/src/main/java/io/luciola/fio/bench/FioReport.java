package io.luciola.fio.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a run's JSON says of its one job, whichever fio printed it.
 *
 * @param iops I/Os per second, reads and writes
 * @param bytesPerSecond bandwidth, reads and writes
 * @param fromMs when measuring began, ms since 1970; where fio does not say, from when it ended
 * @param toMs when measuring ended
 */
record FioReport(double iops, double bytesPerSecond, double fromMs, double toMs) {

  /**
   * Reads it.
   *
   * @param output what was printed; notes may stand before the JSON
   * @param rampSeconds of the job
   * @throws BenchException when there is no report, or it tells of an error
   */
  static FioReport parse(String output, int rampSeconds) throws BenchException {
    int begin = output.indexOf('{');
    if (begin < 0) {
      throw new BenchException("it printed no report");
    }
    JsonNode report;
    try {
      report = new ObjectMapper().readTree(output.substring(begin));
    } catch (JsonProcessingException broken) {
      throw new BenchException("its report cannot be read: " + broken.getOriginalMessage());
    }
    JsonNode job = report.at("/jobs/0");
    if (job.at("/error").asInt() != 0) {
      throw new BenchException("its job ended with error " + job.at("/error").asInt());
    }
    double iops = job.at("/read/iops").asDouble() + job.at("/write/iops").asDouble();
    double bandwidth = job.at("/read/bw_bytes").asDouble() + job.at("/write/bw_bytes").asDouble();
    double runtimeMs =
        Math.max(job.at("/read/runtime").asDouble(), job.at("/write/runtime").asDouble());
    if (iops <= 0 || runtimeMs <= 0) {
      throw new BenchException("its job did nothing");
    }
    double fromMs =
        job.has("job_start")
            ? job.at("/job_start").asDouble() + rampSeconds * 1000.0
            : report.at("/timestamp_ms").asDouble() - runtimeMs;
    return new FioReport(iops, bandwidth, fromMs, fromMs + runtimeMs);
  }
}
