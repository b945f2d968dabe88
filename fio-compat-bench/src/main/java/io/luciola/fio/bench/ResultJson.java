package io.luciola.fio.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luciola.cluster.service.Release;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The comparison for programs: options, machine, and the rows with every single run. */
final class ResultJson {

  private ResultJson() {}

  /** One JSON object, a line break at its end. */
  static String of(List<Row> rows, BenchOptions options, Instant when) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("luciola", Release.version());
    root.put("when", when.toString());
    ObjectNode machine = root.putObject("machine");
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("kernel", System.getProperty("os.version"));
    machine.put("java", Runtime.version().toString());
    ObjectNode chosen = root.putObject("options");
    chosen.put("size_bytes", options.sizeBytes());
    chosen.put("runs", options.runs());
    chosen.put("seconds", options.seconds());
    chosen.put("ramp_seconds", options.rampSeconds());
    chosen.put("chunks", options.chunks());
    root.put("reached", rows.stream().allMatch(Row::reached));
    ArrayNode list = root.putArray("rows");
    rows.forEach(row -> put(row, list.addObject()));
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void put(Row row, ObjectNode node) {
    node.put("case", row.caseName());
    node.put("measure", row.measure());
    node.put("unit", row.unit());
    put(node, "ours", row.ours());
    put(node, "reference", row.reference());
    put(node, "ratio", row.ratio());
    node.put("judgement", row.judgement().name().toLowerCase(Locale.ROOT));
    put(node, "bar", row.bar());
    node.put("reached", row.reached());
    ArrayNode ours = node.putArray("our_runs");
    row.ourRuns().forEach(ours::add);
    ArrayNode reference = node.putArray("reference_runs");
    row.referenceRuns().forEach(reference::add);
  }

  /** JSON has no NaN. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isNaN(value)) {
      node.putNull(key);
    } else {
      node.put(key, value);
    }
  }
}
