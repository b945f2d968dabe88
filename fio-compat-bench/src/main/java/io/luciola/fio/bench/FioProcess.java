package io.luciola.fio.bench;

import io.luciola.cluster.cli.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one fio job in a process of its own, and watches what it uses of the processor. */
final class FioProcess {

  private static final long SAMPLE_MS = 20;
  private static final long SLACK_SECONDS = 300;

  /** Only the middle of the measured time counts, where all threads are surely at work. */
  private static final double MARGIN = 0.1;

  private final Workspace workspace;
  private final Children children;

  FioProcess(Workspace workspace, Children children) {
    this.workspace = workspace;
    this.children = children;
  }

  /**
   * Runs the job for the time that the options say.
   *
   * @throws BenchException when it fails, with what it printed
   */
  Measurement measure(FioJob job) throws IOException, InterruptedException {
    BenchOptions options = workspace.options();
    List<String> arguments = new ArrayList<>(job.arguments());
    arguments.add("--time_based");
    arguments.add("--runtime=" + options.seconds());
    arguments.add("--ramp_time=" + options.rampSeconds());
    ProcessCpu cpu = new ProcessCpu();
    String output = run(job, arguments, cpu);
    try {
      FioReport report = FioReport.parse(output, options.rampSeconds());
      double margin = (report.toMs() - report.fromMs()) * MARGIN;
      double busy = cpu.busyProcessors(report.fromMs() + margin, report.toMs() - margin);
      return new Measurement(report.iops(), report.bytesPerSecond(), busy * 1e9 / report.iops());
    } catch (BenchException wrong) {
      throw new BenchException(job + ": " + wrong.getMessage() + "\n" + output);
    }
  }

  /** Runs the job for one I/O, so that its files are laid out. */
  void layOut(FioJob job) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(job.arguments());
    arguments.add("--number_ios=1");
    run(job, arguments, new ProcessCpu());
  }

  private String run(FioJob job, List<String> arguments, ProcessCpu cpu)
      throws IOException, InterruptedException {
    Path output = workspace.path("output");
    Path errors = workspace.path("errors");
    List<String> command = new ArrayList<>();
    if (job.systemFio() == null) {
      command.addAll(JavaCommand.luciola(List.of("fio")));
    } else {
      // As a thread of the one process that is watched.
      command.addAll(List.of(job.systemFio().toString(), "--thread", "--eta=never"));
    }
    command.addAll(arguments);
    Process process =
        children.start(
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile()));
    BenchOptions options = workspace.options();
    long deadlineNs =
        System.nanoTime()
            + TimeUnit.SECONDS.toNanos(options.seconds() + options.rampSeconds() + SLACK_SECONDS);
    while (!process.waitFor(SAMPLE_MS, TimeUnit.MILLISECONDS)) {
      cpu.sample(process.pid());
      if (System.nanoTime() - deadlineNs > 0) {
        process.destroyForcibly();
        throw new BenchException(job + " did not end in time");
      }
    }
    if (process.exitValue() != 0) {
      throw new BenchException(
          job
              + " ended with exit code "
              + process.exitValue()
              + ":\n"
              + Files.readString(errors)
              + Files.readString(output));
    }
    return Files.readString(output);
  }
}
