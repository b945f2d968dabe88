package io.luciola.cluster.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names a cluster by the addresses of its Mgmtds: {@code luciola://HOST:PORT[,HOST:PORT...]/}, or
 * the list alone.
 *
 * @param mgmtds at least one
 */
public record ClusterSpec(List<HostPort> mgmtds) {

  private static final String SCHEME = "luciola://";

  /** Parses a spec; the message of the exception is fit for the user. */
  public static ClusterSpec parse(String text) {
    String list = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
    if (list.endsWith("/")) {
      list = list.substring(0, list.length() - 1);
    }
    if (list.isEmpty() || list.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a cluster is named luciola://HOST:PORT[,HOST:PORT...]/ after its Mgmtds, not: " + text);
    }
    return new ClusterSpec(Stream.of(list.split(",", -1)).map(HostPort::parse).toList());
  }

  @Override
  public String toString() {
    return mgmtds.stream().map(HostPort::toString).collect(Collectors.joining(",", SCHEME, "/"));
  }
}
