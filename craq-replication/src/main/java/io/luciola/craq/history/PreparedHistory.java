package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A history made ready for the search: operations have small numbers, in order of their beginning,
 * and what follows at once from values being unique is drawn.
 *
 * <ul>
 *   <li>A write which some read shows was done before the first such read ended; the read was not
 *       done before the write began.
 *   <li>A write which no read shows must have been overwritten, or cut off, before the next read:
 *       it then changed nothing that could be seen. If its outcome is unknown, it may as well not
 *       have been done; else it only needs a place.
 * </ul>
 */
final class PreparedHistory {

  /** The beginning or the end of an operation. */
  record Event(long timeNs, boolean ends, int operation) {}

  private static final int[] NONE = {};

  final List<Operation> operations = new ArrayList<>();

  private final Map<Long, int[]> readersByValue = new HashMap<>();
  private final Map<Long, Operation> writers = new HashMap<>();
  private final long[] dueNs;
  private final int[][] readsBefore;

  PreparedHistory(List<Operation> all, Set<ReadMode> judged) {
    Map<Long, List<Operation>> readers = new HashMap<>();
    for (Operation operation : all) {
      if (operation.action() instanceof Action.Read read && judged.contains(read.mode())) {
        for (long value : read.content().values()) {
          readers.computeIfAbsent(value, _ -> new ArrayList<>()).add(operation);
        }
      }
    }
    for (Operation operation : all) {
      switch (operation.action()) {
        case Action.Read read -> {
          if (judged.contains(read.mode())) {
            operations.add(operation);
          }
        }
        case Action.Write write -> {
          if (readers.containsKey(write.value())) {
            operations.add(operation);
          } else if (operation.respondedNs() != Operation.UNKNOWN) {
            operations.add(unseen(operation, write));
          }
        }
        case Action.Replace _, Action.Truncate _, Action.Remove _ -> operations.add(operation);
      }
    }
    dueNs = new long[operations.size()];
    readsBefore = new int[operations.size()][];
    noteReaders();
    for (Operation operation : operations) {
      writers.put(ChunkHistory.valueWritten(operation.action()), operation);
    }
    for (int i = 0; i < operations.size(); i++) {
      dueNs[i] = due(operations.get(i));
      readsBefore[i] = readsOfSameClientBefore(i);
    }
  }

  private static Operation unseen(Operation operation, Action.Write write) {
    return new Operation(
        operation.client(),
        operation.invokedNs(),
        operation.respondedNs(),
        new Action.Write(write.offsetBytes(), write.lengthBytes(), ChunkHistory.UNSEEN));
  }

  private void noteReaders() {
    Map<Long, BitSet> readers = new HashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i).action() instanceof Action.Read read) {
        for (long value : read.content().values()) {
          readers.computeIfAbsent(value, _ -> new BitSet()).set(i);
        }
      }
    }
    readers.remove(ChunkContent.ZEROS);
    readers.forEach((value, reads) -> readersByValue.put(value, reads.stream().toArray()));
  }

  private long due(Operation operation) {
    long first = operation.respondedNs();
    for (int reader : readersOf(ChunkHistory.valueWritten(operation.action()))) {
      first = Math.min(first, operations.get(reader).respondedNs());
    }
    return first;
  }

  private int[] readsOfSameClientBefore(int later) {
    if (!(action(later) instanceof Action.Read read) || read.mode() != ReadMode.MONOTONIC) {
      return NONE;
    }
    BitSet before = new BitSet();
    for (int i = 0; i < later; i++) {
      if (action(i) instanceof Action.Read earlier
          && earlier.mode() != ReadMode.COMMITTED_LOCAL
          && operations.get(i).client() == operations.get(later).client()
          && operations.get(i).endedBefore(operations.get(later))) {
        before.set(i);
      }
    }
    return before.stream().toArray();
  }

  /** Whether a read shows a value that nobody had begun to write when the read ended. */
  boolean showsValueFromNowhere() {
    for (Map.Entry<Long, int[]> entry : readersByValue.entrySet()) {
      Operation writer = writers.get(entry.getKey());
      for (int reader : entry.getValue()) {
        if (writer == null || operations.get(reader).endedBefore(writer)) {
          return true;
        }
      }
    }
    return false;
  }

  Action action(int operation) {
    return operations.get(operation).action();
  }

  /** By when an operation must have happened; {@link Operation#UNKNOWN} when it need not at all. */
  long dueNs(int operation) {
    return dueNs[operation];
  }

  boolean optional(int operation) {
    return dueNs[operation] == Operation.UNKNOWN;
  }

  /** Whether an operation is a write that no read shows. */
  boolean unseen(int operation) {
    return action(operation) instanceof Action.Write write && write.value() == ChunkHistory.UNSEEN;
  }

  /** The reads that show a value. */
  int[] readersOf(long value) {
    return readersByValue.getOrDefault(value, NONE);
  }

  /** The reads that must come before a MONOTONIC read. */
  int[] readsBefore(int operation) {
    return readsBefore[operation];
  }

  /** The time before which an operation cannot have happened. */
  private long beganNs(int operation) {
    if (!(action(operation) instanceof Action.Read read)) {
      return operations.get(operation).invokedNs();
    }
    boolean anyTime = read.mode() != ReadMode.LINEARIZABLE;
    long beganNs = anyTime ? Long.MIN_VALUE : operations.get(operation).invokedNs();
    for (long value : read.content().values()) {
      if (value != ChunkContent.ZEROS) {
        beganNs = Math.max(beganNs, writers.get(value).invokedNs());
      }
    }
    return beganNs;
  }

  /**
   * All beginnings and ends in order of time, at one time the beginnings first. Only when no value
   * comes from nowhere.
   */
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      events.add(new Event(beganNs(i), false, i));
      if (!optional(i)) {
        events.add(new Event(dueNs[i], true, i));
      }
    }
    events.sort(
        Comparator.comparingLong(Event::timeNs)
            .thenComparing(Event::ends)
            .thenComparingInt(Event::operation));
    return events;
  }
}
