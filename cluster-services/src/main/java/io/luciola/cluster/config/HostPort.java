package io.luciola.cluster.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A network address as people write it: {@code name:port}, {@code 127.0.0.1:port} or {@code
 * [::1]:port}.
 *
 * @param host a name or a numeric address, without brackets
 * @param port 0 (any free one, for listening) to 65535
 */
public record HostPort(String host, int port) {

  /** Parses {@code host:port}; the message of the exception is fit for the user. */
  @JsonCreator
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "an IPv6 address needs brackets, as in [::1]:7420, not: " + text);
    }
    int port = parsePort(text.substring(colon + 1));
    if (host.isEmpty() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("an address is HOST:PORT, not: " + text);
    }
    return new HostPort(host, port);
  }

  private static int parsePort(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  /** Whether it stands for every address of this machine, and so means nothing to another one. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** The same host with another port. */
  public HostPort withPort(int otherPort) {
    return new HostPort(host, otherPort);
  }

  @JsonValue
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
