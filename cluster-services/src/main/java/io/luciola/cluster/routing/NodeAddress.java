package io.luciola.cluster.routing;

/**
 * A storage node as the routing map has it.
 *
 * @param id positive
 * @param host of its data plane: an address or a name
 * @param port of its data plane
 * @param alive whether Mgmtd hears from it
 */
public record NodeAddress(int id, String host, int port, boolean alive) {

  @Override
  public String toString() {
    return "node "
        + id
        + " ("
        + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + port
        + ")";
  }
}
