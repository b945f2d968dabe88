package io.luciola.blockstore.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Names of hosts, as the system resolves them. */
public final class HostNames {

  private HostNames() {}

  /**
   * The address of a host in numbers, such as {@code 127.0.0.1} or {@code 0:0:0:0:0:0:0:1}; empty
   * when there is no such host. May ask name servers, and so take seconds.
   *
   * @param host a name, or an address, which for IPv6 may be in brackets
   */
  public static Optional<String> resolve(String host) {
    try {
      return Optional.of(InetAddress.getByName(host).getHostAddress());
    } catch (UnknownHostException unknown) {
      return Optional.empty();
    }
  }
}
