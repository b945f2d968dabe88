package io.luciola.fio.bench;

import io.luciola.cluster.cli.JavaCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Ten million chunks on a sparse device: memory per chunk, and how long opening takes after a clean
 * close and after {@code kill -9} in the middle of updates. Each opening is a process of its own.
 */
final class ManyChunksCase implements BenchCase {

  private static final double MOST_BYTES_PER_CHUNK = 64;
  private static final double MOST_SECONDS_AFTER_CRASH = 10;
  private static final long MOST_MINUTES = 60;
  private static final long CHURN_SECONDS = 3;
  private static final long POLL_MS = 100;

  @Override
  public String name() {
    return "chunks";
  }

  @Override
  public boolean needsSystemFio() {
    return false;
  }

  @Override
  public List<Asset> assets() {
    return List.of(Asset.SPARSE_FILE);
  }

  @Override
  public List<Row> run(Rig rig) throws IOException, InterruptedException {
    int chunks = rig.options().chunks();
    Path device = rig.workspace().path("chunks");
    try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
      file.setLength(ManyChunks.deviceBytes(chunks));
    }
    rig.progress().say("%s: making %d chunks", name(), chunks);
    runToEnd(rig, ManyChunksVerb.Task.CREATE);
    List<Double> indexPerChunk = new ArrayList<>();
    List<Double> bytesPerChunk = new ArrayList<>();
    List<Double> afterClose = new ArrayList<>();
    List<Double> afterCrash = new ArrayList<>();
    for (int run = 0; run < rig.options().runs(); run++) {
      Properties clean = open(rig, chunks);
      indexPerChunk.add(number(clean, "index_bytes") / chunks);
      bytesPerChunk.add(number(clean, "resident_bytes") / chunks);
      afterClose.add(number(clean, "open_ns") / 1e9);
      killWhileChanging(rig);
      afterCrash.add(number(open(rig, chunks), "open_ns") / 1e9);
      rig.progress()
          .say(
              "%s: run %d of %d, %.1f B of index per chunk, %.1f B in all,"
                  + " open after close %.2f s, after crash %.2f s",
              name(),
              run + 1,
              rig.options().runs(),
              indexPerChunk.getLast(),
              bytesPerChunk.getLast(),
              afterClose.getLast(),
              afterCrash.getLast());
    }
    Files.delete(device);
    return List.of(
        Row.absolute(
            name(),
            "index per chunk",
            "B",
            indexPerChunk,
            Judgement.VALUE_AT_MOST,
            MOST_BYTES_PER_CHUNK),
        Row.absolute(name(), "memory per chunk", "B", bytesPerChunk, Judgement.NONE, Double.NaN),
        Row.absolute(name(), "open after close", "s", afterClose, Judgement.NONE, Double.NaN),
        Row.absolute(
            name(),
            "open after crash",
            "s",
            afterCrash,
            Judgement.VALUE_AT_MOST,
            MOST_SECONDS_AFTER_CRASH));
  }

  private Properties open(Rig rig, int chunks) throws IOException, InterruptedException {
    Properties said = runToEnd(rig, ManyChunksVerb.Task.OPEN);
    if (number(said, "chunks") != chunks || number(said, "missing") != 0) {
      throw new BenchException(name() + ": chunks are lost, the process saw " + said);
    }
    return said;
  }

  private static double number(Properties said, String key) {
    return Double.parseDouble(said.getProperty(key));
  }

  private Properties runToEnd(Rig rig, ManyChunksVerb.Task task)
      throws IOException, InterruptedException {
    Process process = start(rig, task);
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new BenchException(name() + ": the process (" + task + ") did not end in time");
    }
    if (process.exitValue() != 0) {
      throw failed(rig, process, task);
    }
    Properties said = new Properties();
    try (var reader = Files.newBufferedReader(output(rig))) {
      said.load(reader);
    }
    return said;
  }

  private void killWhileChanging(Rig rig) throws IOException, InterruptedException {
    Process process = start(rig, ManyChunksVerb.Task.CHURN);
    while (!Files.readString(output(rig)).contains(ManyChunksVerb.CHURNING)) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw failed(rig, process, ManyChunksVerb.Task.CHURN);
      }
    }
    if (process.waitFor(CHURN_SECONDS, TimeUnit.SECONDS)) {
      throw failed(rig, process, ManyChunksVerb.Task.CHURN);
    }
    process.destroyForcibly().waitFor();
  }

  private Process start(Rig rig, ManyChunksVerb.Task task) throws IOException {
    Files.deleteIfExists(output(rig));
    Files.createFile(output(rig));
    List<String> command =
        JavaCommand.luciola(
            List.of(
                "bench",
                "chunks-process",
                "--device=" + rig.workspace().path("chunks"),
                "--chunks=" + rig.options().chunks(),
                "--task=" + task.name().toLowerCase(Locale.ROOT)));
    return rig.children()
        .start(
            new ProcessBuilder(command)
                .redirectOutput(output(rig).toFile())
                .redirectError(errors(rig).toFile()));
  }

  private static Path output(Rig rig) {
    return rig.workspace().path("chunks-output");
  }

  private static Path errors(Rig rig) {
    return rig.workspace().path("chunks-errors");
  }

  private BenchException failed(Rig rig, Process process, ManyChunksVerb.Task task)
      throws IOException {
    return new BenchException(
        name()
            + ": the process ("
            + task
            + ") ended with exit code "
            + process.exitValue()
            + ":\n"
            + Files.readString(errors(rig)));
  }
}
