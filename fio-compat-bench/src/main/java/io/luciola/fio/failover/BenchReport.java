package io.luciola.fio.failover;

import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.cli.output.OutputFormat;
import java.io.PrintWriter;

/** What a bench has found out; a record, whose components are its JSON. */
interface BenchReport {

  /** Whether every bar is reached. */
  boolean reached();

  /** Prints it for people. */
  void print(PrintWriter out);

  /** Prints it, and returns the exit code: 0 when every bar is reached, else 1. */
  default int conclude(OutputFormat format, PrintWriter out) {
    if (format == OutputFormat.JSON) {
      out.println(JsonText.of(this));
    } else {
      print(out);
    }
    out.flush();
    return reached() ? 0 : 1;
  }
}
