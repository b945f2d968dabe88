package io.luciola.fio.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The process that {@link ManyChunksCase} starts, measures and kills. */
@Command(
    name = "chunks-process",
    hidden = true,
    description = "Part of 'luciola bench engine': a process that is measured and killed.",
    mixinStandardHelpOptions = true)
final class ManyChunksVerb implements Callable<Integer> {

  /** What the process prints when it begins to change chunks. */
  static final String CHURNING = "churning";

  private static final long SEED = 20_240_601;

  enum Task {
    /** Formats and makes all chunks. */
    CREATE,
    /** Opens, and changes chunks until it is killed. */
    CHURN,
    /** Opens, looks whether all is there, and closes. */
    OPEN
  }

  @Spec private CommandSpec spec;

  @Option(names = "--device", required = true, description = "The device.")
  private Path device;

  @Option(names = "--chunks", required = true, description = "How many.")
  private int chunks;

  @Option(names = "--task", required = true, description = "${COMPLETION-CANDIDATES}.")
  private Task task;

  @Override
  public Integer call() throws IOException {
    if (task == Task.CREATE) {
      ManyChunks.format(device, chunks);
    }
    long residentBefore = residentBytes();
    long fromNs = System.nanoTime();
    try (ManyChunks open = new ManyChunks(device, chunks)) {
      long openNs = System.nanoTime() - fromNs;
      long resident = residentBytes() - residentBefore;
      switch (task) {
        case CREATE -> open.createAll();
        case OPEN ->
            say(
                "open_ns=%d%nindex_bytes=%d%nresident_bytes=%d%nchunks=%d%nmissing=%d%n",
                openNs, open.indexBytes(), resident, open.count(), open.missing(SEED));
        case CHURN -> {
          say(CHURNING + "%n");
          open.churn(SEED);
        }
      }
    }
    return 0;
  }

  private void say(String format, Object... arguments) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(format, arguments);
    out.flush();
  }

  /** Memory of this process that is in RAM. */
  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
