package io.luciola.chaintable.analysis;

/** Which nodes may share chains. */
final class Zones {

  private Zones() {}

  /** Whether two nodes, by their numbers, may be in one chain. */
  static boolean mayShare(PlacedTable placed, int a, int b) {
    String zone = placed.nodes().get(a).zone();
    if (a == b) {
      return false;
    }
    if (zone.isEmpty() || !zone.equals(placed.nodes().get(b).zone())) {
      return true;
    }
    long zones = placed.nodes().stream().map(node -> node.zone()).distinct().count();
    return zones < placed.replicas();
  }
}
