package io.luciola.craq.history;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that was done to one chunk and seen of it, from before it was created. Immutable. Every
 * update that may have been done must be in it; reads may be missing.
 */
public final class ChunkHistory {

  /** Stands for all values which no read shows; nobody may write it. */
  static final long UNSEEN = Long.MAX_VALUE;

  private final List<Operation> operations;

  /**
   * A history of operations in any order.
   *
   * @throws IllegalArgumentException when two updates wrote one value, or one wrote the greatest
   *     long
   */
  public ChunkHistory(Collection<Operation> operations) {
    this.operations =
        operations.stream()
            .sorted(
                Comparator.comparingLong(Operation::invokedNs)
                    .thenComparingLong(Operation::respondedNs))
            .toList();
    Set<Long> values = new HashSet<>();
    for (Operation operation : this.operations) {
      long value = valueWritten(operation.action());
      if (value == UNSEEN || (value != ChunkContent.ZEROS && !values.add(value))) {
        throw new IllegalArgumentException("this value cannot be told from another: " + operation);
      }
    }
  }

  /** The operations in order of their beginning. */
  public List<Operation> operations() {
    return operations;
  }

  /** The value that an action writes, or {@link ChunkContent#ZEROS} when it writes none. */
  static long valueWritten(Action action) {
    return switch (action) {
      case Action.Write write -> write.value();
      case Action.Replace replace -> replace.value();
      case Action.Truncate _, Action.Remove _, Action.Read _ -> ChunkContent.ZEROS;
    };
  }
}
