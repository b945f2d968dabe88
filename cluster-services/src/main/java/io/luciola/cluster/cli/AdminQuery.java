package io.luciola.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/**
 * A verb of {@code luciola admin} that shows what Mgmtd knows.
 *
 * @param <T> what is shown; as JSON, its fields in snake case
 */
public abstract class AdminQuery<T> extends AdminCommand {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

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
      out().println(json(data));
    }
    out().flush();
    return exitCode(data);
  }

  /** Data as the verbs print it as JSON. */
  public static String json(Object data) {
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
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
