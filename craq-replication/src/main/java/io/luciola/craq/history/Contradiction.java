package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Operations that no order explains, made fewer as long as this stays so. Only what cannot explain
 * anything by itself is taken away: reads, and writes that no remaining read shows.
 */
final class Contradiction {

  private final Predicate<List<Operation>> unexplained;
  private List<Operation> operations;

  Contradiction(List<Operation> operations, Predicate<List<Operation>> unexplained) {
    this.operations = operations;
    this.unexplained = unexplained;
  }

  List<Operation> operations() {
    return operations;
  }

  Operation lastRead() {
    return operations.stream()
        .filter(Contradiction::isRead)
        .max(Comparator.comparingLong(Operation::respondedNs))
        .orElseThrow();
  }

  /** Leaves out what began after a time, and reads that ended after it. */
  void cutAfter(long timeNs) {
    List<Operation> before =
        operations.stream()
            .filter(op -> (isRead(op) ? op.respondedNs() : op.invokedNs()) <= timeNs)
            .toList();
    if (unexplained.test(before)) {
      operations = before;
    }
  }

  void dropReads() {
    drop(Contradiction::isRead);
  }

  void dropWritesNotShown() {
    Set<Long> shown = new HashSet<>();
    for (Operation operation : operations) {
      if (operation.action() instanceof Action.Read read) {
        for (long value : read.content().values()) {
          shown.add(value);
        }
      }
    }
    drop(op -> op.action() instanceof Action.Write write && !shown.contains(write.value()));
  }

  /**
   * Other updates that ended before all reads and writes began: they only made the state with which
   * these began.
   */
  void dropEarlyUpdates() {
    long firstNs =
        operations.stream()
            .filter(op -> isRead(op) || op.action() instanceof Action.Write)
            .mapToLong(Operation::invokedNs)
            .min()
            .orElseThrow();
    drop(op -> op.respondedNs() < firstNs);
  }

  private static boolean isRead(Operation operation) {
    return operation.action() instanceof Action.Read;
  }

  /** Tries to drop half of the candidates at once, then a quarter, at last each alone. */
  private void drop(Predicate<Operation> candidate) {
    int size = (int) operations.stream().filter(candidate).count();
    while (size > 0) {
      size = (size + 1) / 2;
      dropInGroups(candidate, size);
      if (size == 1) {
        return;
      }
    }
  }

  private void dropInGroups(Predicate<Operation> candidate, int size) {
    List<Operation> candidates = operations.stream().filter(candidate).toList();
    for (int from = 0; from < candidates.size(); from += size) {
      Set<Operation> group =
          new HashSet<>(candidates.subList(from, Math.min(from + size, candidates.size())));
      List<Operation> rest = new ArrayList<>(operations);
      rest.removeIf(group::contains);
      if (unexplained.test(rest)) {
        operations = rest;
      }
    }
  }
}
