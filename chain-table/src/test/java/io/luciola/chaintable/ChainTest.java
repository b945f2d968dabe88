package io.luciola.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {

  private final Chain chain =
      new Chain(
          1,
          3,
          List.of(
              new ChainTarget(10, PublicTargetState.OFFLINE),
              new ChainTarget(20, PublicTargetState.SERVING),
              new ChainTarget(30, PublicTargetState.WAITING),
              new ChainTarget(40, PublicTargetState.SERVING),
              new ChainTarget(50, PublicTargetState.SYNCING)));

  @Test
  void onlyServingTargetsAreHeadOrTailAndWritesReachTheSyncingOne() {
    assertEquals(20, chain.head());
    assertEquals(40, chain.tail());
    assertEquals(20, chain.successorOf(10));
    assertEquals(40, chain.successorOf(20));
    assertEquals(50, chain.successorOf(40));
    assertEquals(Chain.NO_TARGET, chain.successorOf(50));
    assertEquals(Chain.NO_TARGET, chain.successorOf(99));
    assertTrue(chain.isServing(40));
    assertFalse(chain.isServing(50));
    assertTrue(chain.isSyncing(50));
    assertFalse(chain.isSyncing(40));
    assertEquals(PublicTargetState.INVALID, chain.stateOf(99));
    assertFalse(chain.isServing(99));
  }

  @Test
  void aChainWithoutServingTargetsHasNoEnds() {
    Chain dead = new Chain(1, 4, List.of(new ChainTarget(10, PublicTargetState.LASTSRV)));
    assertEquals(Chain.NO_TARGET, dead.head());
    assertEquals(Chain.NO_TARGET, dead.tail());
  }

  @Test
  void aTargetIsInAChainOnce() {
    ChainTarget target = new ChainTarget(10, PublicTargetState.SERVING);
    assertThrows(IllegalArgumentException.class, () -> new Chain(1, 1, List.of(target, target)));
  }

  @Test
  void theStatesHaveTheNumbersOf3fs() {
    for (PublicTargetState state : PublicTargetState.values()) {
      assertEquals(state, PublicTargetState.of(state.number()));
    }
    assertEquals(PublicTargetState.SYNCING, PublicTargetState.of(4));
    assertEquals(PublicTargetState.INVALID, PublicTargetState.of(3));
  }
}
