package io.luciola.fio.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.cluster.service.Release;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.CommandLineParser;
import io.luciola.fio.job.Invocation;
import io.luciola.fio.job.Invocation.Eta;
import io.luciola.fio.job.Invocation.Format;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobFileParser;
import io.luciola.fio.job.JobReader;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.Origin;
import io.luciola.fio.job.Section;
import io.luciola.fio.output.JobHeader;
import io.luciola.fio.output.JsonReport;
import io.luciola.fio.output.RunResult;
import io.luciola.fio.output.TextReport;
import io.luciola.fio.run.Clock;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.run.Runner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One invocation of fio, from its arguments to its exit code. */
final class FioSession {

  private static final int DONE = 0;
  private static final int FAILED = 1;

  private final IoEngines engines;
  private final Clock clock;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  FioSession(IoEngines engines, Clock clock, PrintStream out, PrintStream err, boolean terminal) {
    this.engines = engines;
    this.clock = clock;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  int run(List<String> arguments) {
    try {
      Invocation invocation = CommandLineParser.parse(engines.options(), arguments);
      return switch (invocation.action()) {
        case VERSION -> print(version());
        case HELP -> print(HelpText.usage(version()));
        case COMMAND_HELP -> print(HelpText.jobOptions(invocation.topic(), engines));
        case ENGINE_HELP -> print("Available IO engines: " + engines.known());
        case PARSE_ONLY, RUN -> jobs(invocation);
      };
    } catch (JobException | EngineException | IOException wrong) {
      err.println("fio: " + wrong.getMessage());
      return FAILED;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      err.println("fio: interrupted");
      return FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int print(String text) {
    out.println(text);
    return DONE;
  }

  private static String version() {
    return "fio-luciola-" + Release.version();
  }

  private int jobs(Invocation invocation)
      throws IOException, EngineException, InterruptedException {
    List<JobSpec> jobs =
        new JobReader(engines.options(), new SecureRandom()::nextLong).read(sections(invocation));
    if (jobs.isEmpty()) {
      err.println("No job(s) defined\n");
      err.println(HelpText.usage(version()));
      return FAILED;
    }
    for (JobSpec job : jobs) {
      if (invocation.readOnly() && (job.access().writes() || job.access().trims())) {
        throw job.error("--readonly is given, but the job has rw=" + job.access().label());
      }
    }
    boolean text = invocation.formats().contains(Format.NORMAL);
    boolean progress =
        invocation.eta() == Eta.ALWAYS || (invocation.eta() == Eta.AUTO && terminal && text);
    try (ProgressPrinter printer = new ProgressPrinter(progress, clock, err)) {
      Runner runner = new Runner(engines, clock, printer);
      runner.check(jobs);
      if (text) {
        report(invocation, JobHeader.of(version(), jobs), false);
      }
      return invocation.action() == Invocation.Action.PARSE_ONLY
          ? DONE
          : run(invocation, jobs, runner, printer);
    }
  }

  private int run(Invocation invocation, List<JobSpec> jobs, Runner runner, ProgressPrinter printer)
      throws IOException, EngineException, InterruptedException {
    long beganNs = clock.nanoTime();
    try (Interruption interruption = new Interruption(runner, err)) {
      List<JobThread> threads = runner.run(jobs);
      printer.close();
      long seconds = (clock.nanoTime() - beganNs) / 1_000_000_000 + 1;
      RunResult result = new RunResult(version(), Instant.now(), seconds, threads);
      for (JobThread thread : threads) {
        if (thread.stats().error != 0) {
          err.println("fio: " + thread.job().name() + ": " + thread.stats().errorMessage);
        }
      }
      report(invocation, reports(invocation, result), true);
      out.flush();
      interruption.finished();
      return threads.stream().anyMatch(thread -> thread.stats().error != 0) ? FAILED : DONE;
    }
  }

  private static String reports(Invocation invocation, RunResult result) {
    StringBuilder text = new StringBuilder();
    if (invocation.formats().contains(Format.JSON_PLUS)) {
      text.append(JsonReport.of(result, true));
    } else if (invocation.formats().contains(Format.JSON)) {
      text.append(JsonReport.of(result, false));
    }
    if (invocation.formats().contains(Format.NORMAL)) {
      text.append(TextReport.of(result));
    }
    return text.toString();
  }

  /** To the output file when there is one; the header begins the file, the report follows. */
  private void report(Invocation invocation, String text, boolean append) throws IOException {
    if (invocation.outputFile() == null) {
      out.print(text);
      return;
    }
    Path file = Path.of(invocation.outputFile());
    boolean headed = append && invocation.formats().contains(Format.NORMAL);
    Files.writeString(file, (headed ? Files.readString(file, UTF_8) : "") + text, UTF_8);
  }

  private List<Section> sections(Invocation invocation) throws IOException {
    List<Section> sections = new ArrayList<>(invocation.sections());
    JobFileParser parser = new JobFileParser(engines.options(), System::getenv);
    boolean first = sections.isEmpty();
    for (String file : invocation.jobFiles()) {
      sections.addAll(parser.parse(file, read(file), invocation.defaults(), !first));
      first = false;
    }
    if (!invocation.onlySections().isEmpty()) {
      sections.removeIf(section -> !invocation.onlySections().contains(section.name()));
    }
    return sections;
  }

  private static String read(String file) throws IOException {
    if (file.equals("-")) {
      return new String(System.in.readAllBytes(), UTF_8);
    }
    try {
      return Files.readString(Path.of(file), UTF_8);
    } catch (NoSuchFileException absent) {
      throw new JobException(Origin.COMMAND_LINE, "unable to open '" + file + "' job file");
    }
  }
}
