package io.luciola.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreferredOrderTest {

  @Test
  void everyOrderOfUpToFiveTargetsIsReachedWithTheFewestMoves() {
    for (int size = 1; size <= 5; size++) {
      List<Long> preferred = new ArrayList<>();
      for (long target = 1; target <= size; target++) {
        preferred.add(target);
      }
      for (List<Long> order : ordersOf(preferred)) {
        assertEquals(fewestMoves(order), moves(order, preferred), order::toString);
      }
    }
  }

  private static int moves(List<Long> from, List<Long> preferred) {
    List<Long> order = new ArrayList<>(from);
    int moves = 0;
    while (true) {
      long next = PreferredOrder.nextToMove(chain(order), preferred);
      if (next == Chain.NO_TARGET) {
        assertEquals(preferred, order);
        return moves;
      }
      order.remove(next);
      order.add(next);
      moves++;
    }
  }

  /** What does not move has to be a beginning of the wanted order: 1, 2, 3, ... */
  private static int fewestMoves(List<Long> order) {
    for (int staying = order.size(); ; staying--) {
      List<Long> stay = new ArrayList<>(order);
      int least = staying;
      stay.removeIf(target -> target > least);
      if (stay.stream().sorted().toList().equals(stay)) {
        return order.size() - staying;
      }
    }
  }

  @Test
  void anOrderOfOtherTargetsIsRefused() {
    Chain chain = chain(List.of(1L, 2L, 3L));
    for (List<Long> wrong :
        List.of(
            List.of(1L, 2L), List.of(1L, 2L, 2L), List.of(1L, 2L, 4L), List.of(1L, 2L, 3L, 3L))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> PreferredOrder.nextToMove(chain, wrong),
          wrong::toString);
    }
  }

  private static Chain chain(List<Long> targets) {
    return new Chain(
        1, 1, targets.stream().map(id -> new ChainTarget(id, PublicTargetState.SERVING)).toList());
  }

  private static List<List<Long>> ordersOf(List<Long> targets) {
    if (targets.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Long>> orders = new ArrayList<>();
    for (Long first : targets) {
      List<Long> rest = new ArrayList<>(targets);
      rest.remove(first);
      for (List<Long> order : ordersOf(rest)) {
        List<Long> whole = new ArrayList<>();
        whole.add(first);
        whole.addAll(order);
        orders.add(whole);
      }
    }
    return orders;
  }
}
