package io.luciola.fio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EngineBenchVerbTest {

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new BenchVerb());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(failure.getMessage());
          return failure instanceof CommandFailure expected ? expected.exitCode() : -1;
        });
    return line.execute(
        Stream.concat(Stream.of("engine"), Stream.of(arguments)).toArray(String[]::new));
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--only=memory,nope | there is no case 'nope'; there are randread-qd1, ",
        "--runs=0 | --runs must be at least 1",
        "--seconds=0 | --seconds must be at least 1",
        "--chunks=10 | --chunks must be at least 1000",
        "--size=1MiB | --size must be at least 16MiB",
        "--size=much | --size:",
        "--output=yaml | yaml",
        "--device=/nonexistent/dir --only=memory | /nonexistent/dir is no directory",
        "--size=1000000GiB --only=chunkfile-read | are needed; take a smaller --size"
      })
  void whatCannotRunIsExplained(String arguments, String expected) {
    assertEquals(2, run(arguments.split(" ", -1)), out.toString());
    assertTrue(err.toString().contains(expected), err.toString());
  }

  @Test
  void theCasesAreListed() {
    assertEquals(0, run("--list"));
    assertTrue(out.toString().lines().toList().containsAll(List.of("null", "chunks", "seqwrite")));
  }

  @Test
  void aSmallRunGivesRowsAndLeavesNothing() throws IOException {
    Path json = Files.createTempFile("bench", ".json");
    int exitCode =
        run(
            "--only=chunkfile-read,memory",
            "--size=16MiB",
            "--runs=1",
            "--seconds=1",
            "--ramp=0",
            "--output=json",
            "--device=" + directory,
            "--json-file=" + json);
    assertTrue(exitCode == 0 || exitCode == 1, err.toString());
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertEquals(exitCode == 0, result.at("/reached").asBoolean());
    assertEquals(3, result.at("/rows").size());
    for (JsonNode row : result.at("/rows")) {
      assertTrue(row.at("/ours").asDouble() > 0, row.toString());
    }
    assertEquals(out.toString(), Files.readString(json));
    Files.delete(json);
    assertEquals(List.of(), left());
  }

  @Test
  void manyChunksSurviveBeingKilled() throws IOException {
    int exitCode = run("--only=chunks", "--chunks=2000", "--runs=1", "--device=" + directory);
    assertTrue(exitCode == 0 || exitCode == 1, err.toString());
    assertTrue(out.toString().contains("open after crash"), out.toString());
    assertEquals(List.of(), left());
  }
}
