package io.luciola.cluster.cli.admin.growth;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.admin.growth.GrowthView.Extent;
import io.luciola.cluster.cli.admin.growth.GrowthView.NodeGrowth;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an operator has to be asked again. */
class GrowthViewTest {

  private static final Extent ANY = new Extent(1, 1, 1, 1, 1, 1, 1);

  private static GrowthView view(long version, int newChains, int newTargets, String... leftOut) {
    NodeGrowth node = new NodeGrowth(4, 1, 1, 0, newTargets, 1 << 20, version);
    return new GrowthView(version, List.of(leftOut), List.of(node), ANY, ANY, newChains, 0.5);
  }

  @Test
  void aPlanOfTheSameTargetsIsTheSame() {
    assertTrue(view(8, 2, 3).promisesTheSameAs(view(7, 2, 3)), "the map and its use have changed");
    assertFalse(view(8, 2, 3).promisesTheSameAs(view(8, 3, 3)));
    assertFalse(view(8, 2, 3).promisesTheSameAs(view(8, 2, 2)));
    assertFalse(view(8, 2, 3, "node 5: it is dead").promisesTheSameAs(view(8, 2, 3)));
  }
}
