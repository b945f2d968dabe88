package io.luciola.cluster.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many replicas an update passes behind a target. */
class ChainRouteTest {

  private static ChainTarget target(long id, PublicTargetState state) {
    return new ChainTarget(id, state);
  }

  @Test
  void whoServesAndWhoIsRefilledIsPassedByUpdates() {
    Chain chain =
        new Chain(
            1,
            7,
            List.of(
                target(10, PublicTargetState.SERVING),
                target(20, PublicTargetState.SERVING),
                target(30, PublicTargetState.SYNCING),
                target(40, PublicTargetState.WAITING),
                target(50, PublicTargetState.OFFLINE)));
    ChainRoute route = new ChainRoute(chain, id -> (int) id);
    assertEquals(2, route.successorsOf(10));
    assertEquals(1, route.successorsOf(20));
    assertEquals(0, route.successorsOf(30));
    assertEquals(0, route.successorsOf(40));
    assertEquals(0, route.successorsOf(50));
    assertEquals(0, route.successorsOf(60), "not in the chain");
  }
}
