package io.luciola.fio.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON has fio's keys and types, as a list of our own says and as fio itself prints. */
class JsonKeysTest {

  @TempDir Path directory;

  private List<String> arguments(String name) {
    return List.of(
        "--name=" + name,
        "--ioengine=io_uring",
        "--iodepth=2",
        "--directory=" + directory,
        "--size=1m",
        "--rw=randrw",
        "--fsync=10",
        "--output-format=json+");
  }

  private JsonNode ours() throws IOException {
    Outcome outcome = Outcome.of(arguments("ours").toArray(String[]::new));
    assertEquals(0, outcome.exitCode(), outcome.err());
    return outcome.json();
  }

  @Test
  void keysAndTypesAreThoseOfTheList() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    try (InputStream list = JsonKeysTest.class.getResourceAsStream("/json-keys.txt")) {
      for (String line : new String(list.readAllBytes(), UTF_8).split("\n", -1)) {
        int colon = line.lastIndexOf(": ");
        if (!line.startsWith("#") && colon > 0) {
          expected.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
    }
    assertEquals(lines(expected), lines(shape(ours())));
  }

  @Test
  void keysAndTypesAreThoseOfFioWhereItIsInstalled() throws Exception {
    Path report = directory.resolve("fio.json");
    List<String> command = new java.util.ArrayList<>(List.of("fio", "--output=" + report));
    command.addAll(arguments("theirs"));
    boolean ran = false;
    try {
      ran = new ProcessBuilder(command).directory(directory.toFile()).start().waitFor() == 0;
    } catch (IOException notInstalled) {
      assumeTrue(false, "fio is not installed: " + notInstalled.getMessage());
    }
    assumeTrue(ran, "fio could not run this job here");
    Map<String, String> theirs = shape(new ObjectMapper().readTree(Files.readString(report)));
    Map<String, String> ours = shape(ours());
    // Newer than the fio of some distributions.
    ours.remove("jobs/0/job_start");
    theirs.remove("jobs/0/job_start");
    assertEquals(lines(theirs), lines(ours));
  }

  @Test
  void binsAreInJsonPlusOnly() throws IOException {
    Outcome plain = Outcome.of("--name=x", "--ioengine=null", "--size=1m", "--output-format=json");
    assertTrue(plain.json().at("/jobs/0/read/clat_ns/percentile").isObject());
    assertTrue(plain.json().at("/jobs/0/read/clat_ns/bins").isMissingNode());
    JsonNode bins = ours().at("/jobs/0/read/clat_ns/bins");
    long counted = 0;
    for (JsonNode count : bins) {
      counted += count.asLong();
    }
    assertEquals(ours().at("/jobs/0/read/total_ios").asLong(), counted);
  }

  @Test
  void percentileKeysHaveSixDecimals() throws IOException {
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=null",
            "--size=1m",
            "--percentile_list=50:99.9",
            "--output-format=json");
    JsonNode percentiles = outcome.json().at("/jobs/0/read/clat_ns/percentile");
    assertEquals(2, percentiles.size());
    assertTrue(
        percentiles.has("50.000000") && percentiles.has("99.900000"), percentiles.toString());
  }

  private static String lines(Map<String, String> shape) {
    StringBuilder text = new StringBuilder();
    shape.forEach((key, type) -> text.append(key).append(": ").append(type).append('\n'));
    return text.toString();
  }

  private static Map<String, String> shape(JsonNode root) {
    Map<String, String> shape = new TreeMap<>();
    walk("", root, shape);
    return shape;
  }

  private static void walk(String path, JsonNode node, Map<String, String> shape) {
    if (!path.isEmpty()) {
      shape.put(path, type(node));
    }
    boolean anyKey =
        path.endsWith("percentile") || path.endsWith("bins") || path.endsWith("options");
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = anyKey ? "*" : field.getKey();
      walk(path.isEmpty() ? key : path + "/" + key, field.getValue(), shape);
    }
    if (node.isArray() && !node.isEmpty() && !path.endsWith("disk_util")) {
      walk(path + "/0", node.get(0), shape);
    }
  }

  private static String type(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "text";
      case NUMBER -> node.isIntegralNumber() ? "integer" : "decimal";
      default -> node.getNodeType().toString();
    };
  }
}
