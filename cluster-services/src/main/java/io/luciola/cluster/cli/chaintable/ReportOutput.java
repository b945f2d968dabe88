package io.luciola.cluster.cli.chaintable;

import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.cli.output.OutputFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which forms a report is wanted. */
final class ReportOutput {

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draws a picture into a file.")
  private @Nullable Path svg;

  /**
   * Gives a report out.
   *
   * @param forPrograms printed as JSON
   * @param print prints it for people
   * @param draw draws it into a file
   */
  void give(Object forPrograms, PrintWriter out, Consumer<PrintWriter> print, Consumer<Path> draw) {
    if (format == OutputFormat.JSON) {
      out.println(JsonText.of(forPrograms));
    } else {
      print.accept(out);
    }
    out.flush();
    if (svg != null) {
      draw.accept(svg);
    }
  }
}
