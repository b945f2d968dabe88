package io.luciola.cluster.cli;

import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.cli.output.OutputFormat;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/**
 * A verb of {@code luciola admin} that shows what Mgmtd knows.
 *
 * @param <T> what is shown; as JSON, its fields in snake case
 */
public abstract class AdminQuery<T> extends AdminCommand {

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  @Override
  public final Integer call() {
    T data = select(ask(mgmtd -> mgmtd.status(TIMEOUT)));
    if (format == OutputFormat.TABLE) {
      print(data, out());
    } else {
      out().println(JsonText.of(data));
    }
    out().flush();
    return exitCode(data);
  }

  /** What is shown of an answer of Mgmtd; called once. */
  protected abstract T select(GetStatusResponse status);

  /** Prints it for people; what is printed need not be flushed. */
  protected abstract void print(T data, PrintWriter out);

  /** The exit code of a verb that has shown it; 0 unless overridden. */
  protected int exitCode(T data) {
    return 0;
  }
}
