package io.luciola.fio.failover;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.cli.OutputFormat;
import java.io.IOException;
import java.io.PrintWriter;

/** What a bench has found out; a record, whose components are its JSON. */
interface BenchReport {

  /** The mapper of all reports. */
  ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Whether every bar is reached. */
  boolean reached();

  /** Prints it for people. */
  void print(PrintWriter out);

  /** Prints it, and returns the exit code: 0 when every bar is reached, else 1. */
  default int conclude(OutputFormat format, PrintWriter out) throws IOException {
    if (format == OutputFormat.JSON) {
      out.println(JSON.writeValueAsString(this));
    } else {
      print(out);
    }
    out.flush();
    return reached() ? 0 : 1;
  }
}
