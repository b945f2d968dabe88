package io.luciola.craq.history;

import java.util.List;

/**
 * The definitions of the checkers word by word: all orders are tried. For some seven operations.
 */
final class BruteForce {

  private final List<Operation> operations;
  private final boolean[] done;

  private BruteForce(List<Operation> operations) {
    this.operations = operations;
    this.done = new boolean[operations.size()];
  }

  /** Whether some order explains all updates and the reads of the given modes. */
  static boolean explains(ChunkHistory history, List<ReadMode> judged) {
    return new BruteForce(
            history.operations().stream()
                .filter(op -> mode(op) == null || judged.contains(mode(op)))
                .toList())
        .explains(ChunkContent.ABSENT);
  }

  private boolean explains(ChunkContent state) {
    boolean complete = true;
    for (int i = 0; i < done.length; i++) {
      Operation next = operations.get(i);
      if (done[i]) {
        continue;
      }
      complete &= next.respondedNs() == Operation.UNKNOWN;
      boolean fits = !(next.action() instanceof Action.Read read) || read.content().equals(state);
      if (fits && mayBeNext(next)) {
        done[i] = true;
        boolean explained =
            explains(next.action() instanceof Action.Update update ? update.applyTo(state) : state);
        done[i] = false;
        if (explained) {
          return true;
        }
      }
    }
    return complete;
  }

  private boolean mayBeNext(Operation next) {
    for (int i = 0; i < done.length; i++) {
      if (!done[i] && mustPrecede(operations.get(i), next)) {
        return false;
      }
    }
    return true;
  }

  private static boolean mustPrecede(Operation first, Operation second) {
    if (first.respondedNs() >= second.invokedNs()) {
      return false;
    }
    ReadMode mode = mode(second);
    if (mode == null || mode == ReadMode.LINEARIZABLE) {
      return true;
    }
    ReadMode earlier = mode(first);
    return mode == ReadMode.MONOTONIC
        && earlier != null
        && earlier != ReadMode.COMMITTED_LOCAL
        && first.client() == second.client();
  }

  private static ReadMode mode(Operation operation) {
    return operation.action() instanceof Action.Read read ? read.mode() : null;
  }
}
