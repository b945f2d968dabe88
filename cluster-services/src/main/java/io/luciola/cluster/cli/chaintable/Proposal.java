package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.ChainTableGenerator;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.cluster.cli.CommandFailure;
import java.util.Optional;

/**
 * What a rule makes of a request.
 *
 * @param placement empty when the rule cannot
 * @param refusal why it cannot; empty when it can
 */
record Proposal(
    PlacementRequest request, Optional<Placement> placement, String refusal, double generationMs) {

  static Proposal make(PlacementRequest request) {
    long beginNs = System.nanoTime();
    try {
      Placement placement = ChainTableGenerator.generate(request);
      double ms = (System.nanoTime() - beginNs) / 1e6;
      return new Proposal(request, Optional.of(placement), "", ms);
    } catch (IllegalArgumentException refused) {
      return refused(request, refused.getMessage());
    }
  }

  private static Proposal refused(PlacementRequest request, String why) {
    return new Proposal(request, Optional.empty(), why, 0);
  }

  String rule() {
    return RuleName.of(request.rule());
  }

  /** The placement; that there is none is a {@link CommandFailure}. */
  Placement required() {
    return placement.orElseThrow(() -> CommandFailure.usage(refusal));
  }

  /**
   * A table by its place in the request. Where several tables share the disks, each disk has the
   * size of what the table may use of it.
   */
  PlacedTable placed(int place) {
    Placement made = required();
    PlacedTable placed = PlacedTable.of(request.nodes(), made, made.tables().get(place));
    return made.tables().size() == 1 ? placed : TableShare.of(placed);
  }
}
