package io.luciola.fio.bench;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.linux.Linux;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.output.OutputFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luciola bench engine}: the block engine against the file system it replaces. */
@Command(
    name = "engine",
    description = {
      "Compares the block engine with the system's fio and with chunks in files, by turns, and",
      "prints medians, ratios and whether each bar is reached."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "How each figure is taken: docs/benchmarks.md.",
      "Exit codes: 0 all bars reached, 1 some missed, 2 it cannot run."
    })
final class EngineBenchVerb implements Callable<Integer> {

  private static final int MISSED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "DIR",
      defaultValue = ".",
      description = {
        "A directory on the disk to measure (default: this one). All files lie in a",
        "directory of their own in it, which is removed at the end."
      })
  private Path device;

  @Option(
      names = "--size",
      defaultValue = "1GiB",
      description = "How much the jobs on disk work on (default: ${DEFAULT-VALUE}).")
  private String size;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Runs of each side (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "Seconds measured in each run (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--ramp",
      defaultValue = "3",
      description =
          "Seconds before that, for compiler and disk to settle (default: ${DEFAULT-VALUE}).")
  private int ramp;

  @Option(
      names = "--chunks",
      defaultValue = "10000000",
      description = "Chunks of the case 'chunks' (default: ${DEFAULT-VALUE}).")
  private int chunks;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CASE",
      description = "Only these cases; --list names them.")
  private @Nullable List<String> only;

  @Option(names = "--list", description = "Print the names of the cases and end.")
  private boolean list;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output;

  @Option(
      names = "--json-file",
      paramLabel = "FILE",
      description = "Write the JSON to this file as well.")
  private @Nullable Path jsonFile;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (list) {
      EngineCases.all().forEach(each -> out().println(each.name()));
      return 0;
    }
    BenchOptions options = options();
    List<BenchCase> cases = chosen();
    Progress progress = new Progress(spec.commandLine().getErr());
    Path fio =
        cases.stream().anyMatch(BenchCase::needsSystemFio) ? systemFio(progress).provide() : null;
    List<Row> rows = measure(cases, options, progress, fio);
    String json = ResultJson.of(rows, options, Instant.now());
    out().print(output == OutputFormat.JSON ? json : ResultTable.of(rows));
    out().flush();
    if (jsonFile != null) {
      Files.writeString(jsonFile, json);
    }
    return rows.stream().allMatch(Row::reached) ? 0 : MISSED;
  }

  private List<Row> measure(
      List<BenchCase> cases, BenchOptions options, Progress progress, @Nullable Path fio)
      throws IOException, InterruptedException {
    Set<Asset> assets =
        cases.stream().flatMap(each -> each.assets().stream()).collect(Collectors.toSet());
    Children children = new Children();
    try (Workspace workspace = Workspace.create(device, options, assets)) {
      return measure(cases, new Rig(workspace, children, progress, fio));
    } catch (BenchException failed) {
      throw CommandFailure.usage(failed.getMessage());
    }
  }

  private static List<Row> measure(List<BenchCase> cases, Rig rig)
      throws IOException, InterruptedException {
    Interruption interruption = Interruption.guard(rig.workspace(), rig.children());
    try {
      List<Row> rows = new ArrayList<>();
      for (BenchCase each : cases) {
        rows.addAll(each.run(rig));
      }
      return rows;
    } finally {
      interruption.end();
    }
  }

  private BenchOptions options() {
    atLeast("--runs", runs, 1);
    atLeast("--seconds", seconds, 1);
    atLeast("--ramp", ramp, 0);
    atLeast("--chunks", chunks, 1000);
    long bytes;
    try {
      bytes = ByteSize.parse(size);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "--size: " + wrong.getMessage());
    }
    if (bytes < 16 << 20) {
      throw new ParameterException(spec.commandLine(), "--size must be at least 16MiB");
    }
    return new BenchOptions(bytes >> 20 << 20, runs, seconds, ramp, chunks);
  }

  private void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(spec.commandLine(), option + " must be at least " + least);
    }
  }

  private List<BenchCase> chosen() {
    List<BenchCase> all = EngineCases.all();
    if (only == null) {
      return all;
    }
    List<String> names = all.stream().map(BenchCase::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no case '" + name + "'; there are " + String.join(", ", names));
      }
    }
    return all.stream().filter(each -> only.contains(each.name())).toList();
  }

  private static SystemFio systemFio(Progress progress) {
    String path = System.getenv("PATH");
    return new SystemFio(
        path == null ? "" : path,
        Linux.getuid() == 0,
        progress,
        command ->
            new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.to(new java.io.File("/dev/stderr")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
