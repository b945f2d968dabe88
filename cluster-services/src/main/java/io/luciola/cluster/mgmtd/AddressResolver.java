package io.luciola.cluster.mgmtd;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a name into addresses. */
@FunctionalInterface
public interface AddressResolver {

  /** The system's resolver. */
  AddressResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * All addresses of a host, which may be a literal address.
   *
   * @throws UnknownHostException when there is none now
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
