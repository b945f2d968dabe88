package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.craq.ReadOp;
import io.luciola.craq.history.Action;
import io.luciola.craq.history.ChunkHistory;
import io.luciola.craq.history.CommittedLocalChecker;
import io.luciola.craq.history.HistoryChecker;
import io.luciola.craq.history.LinearizabilityChecker;
import io.luciola.craq.history.MonotonicChecker;
import io.luciola.craq.history.Operation;
import io.luciola.craq.history.ReadMode;
import io.luciola.craq.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes down what clients asked and saw, per chunk, and has it judged. */
final class SimHistory {

  private final Map<Long, List<Operation>> chunks = new TreeMap<>();
  private boolean weakReads;

  /** An update that has begun; it is in the history from then on, at first without an outcome. */
  static final class Update {
    private final List<Operation> operations;
    private final int place;

    private Update(List<Operation> operations, Operation begun) {
      this.operations = operations;
      this.place = operations.size();
      operations.add(begun);
    }

    void done(long nowNs) {
      Operation begun = operations.get(place);
      operations.set(
          place, new Operation(begun.client(), begun.invokedNs(), nowNs, begun.action()));
    }
  }

  Update beginUpdate(long chunk, long client, int kind, int offset, long data, long nowNs) {
    return new Update(
        operations(chunk),
        new Operation(client, nowNs, Operation.UNKNOWN, action(kind, offset, data)));
  }

  private static Action action(int kind, int offset, long data) {
    return switch (kind) {
      case ChunkUpdate.WRITE -> new Action.Write(offset, 8, data);
      case ChunkUpdate.TRUNCATE -> new Action.Truncate(offset);
      case ChunkUpdate.REPLACE ->
          new Action.Replace(SimContent.lengthBytes(data), SimContent.first(data));
      case ChunkUpdate.REMOVE -> new Action.Remove();
      default -> throw new AssertionError("kind " + kind);
    };
  }

  void read(
      long chunk, long client, int mode, long beganNs, long endedNs, long content, long version) {
    ReadMode judged =
        switch (mode) {
          case ReadOp.LINEARIZABLE -> ReadMode.LINEARIZABLE;
          case ReadOp.MONOTONIC -> ReadMode.MONOTONIC;
          case ReadOp.COMMITTED_LOCAL -> ReadMode.COMMITTED_LOCAL;
          default -> throw new AssertionError("mode " + mode);
        };
    weakReads |= judged != ReadMode.LINEARIZABLE;
    boolean absent = content == SimContent.ABSENT;
    Action.Read read =
        new Action.Read(judged, absent ? 0 : version, SimContent.toChunkContent(content));
    operations(chunk).add(new Operation(client, beganNs, endedNs, read));
  }

  /** What a chunk has in the end, when all is at rest. */
  void finalRead(long chunk, long nowNs, long content) {
    Action.Read read =
        new Action.Read(ReadMode.LINEARIZABLE, 0, SimContent.toChunkContent(content));
    operations(chunk).add(new Operation(0, nowNs, nowNs, read));
  }

  private List<Operation> operations(long chunk) {
    return chunks.computeIfAbsent(chunk, _ -> new ArrayList<>());
  }

  /** The chunks whose history no order explains, for each of the promises. */
  List<String> violations() {
    List<HistoryChecker> checkers =
        weakReads
            ? List.of(
                new LinearizabilityChecker(), new MonotonicChecker(), new CommittedLocalChecker())
            : List.of(new LinearizabilityChecker());
    List<String> found = new ArrayList<>();
    chunks.forEach(
        (chunk, operations) -> {
          for (HistoryChecker checker : checkers) {
            Verdict verdict = checker.check(new ChunkHistory(operations));
            if (!verdict.isKept()) {
              found.add(
                  "chunk " + chunk + ", " + checker.getClass().getSimpleName() + ": " + verdict);
            }
          }
        });
    return found;
  }
}
