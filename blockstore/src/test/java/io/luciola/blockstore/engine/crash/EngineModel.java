package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.crash.ChunkHistory.Batch;
import io.luciola.blockstore.engine.crash.ChunkHistory.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * What an engine must and may hold: plain arrays of bytes, with everything each chunk has been and
 * what was promised of it.
 */
final class EngineModel {

  static final int CHUNKS = 12;
  static final long TARGET = 7;

  private final ChunkHistory[] chunks = new ChunkHistory[CHUNKS];
  private final Map<Long, TargetHistory> targets = new TreeMap<>();
  private final IntSupplier position;
  private Batch removal;
  private int life;

  /** Takes the position in the device's log from here. */
  EngineModel(IntSupplier position) {
    this.position = position;
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] = new ChunkHistory(i);
    }
  }

  static long chunkHi(int chunk) {
    return chunk / 3;
  }

  int position() {
    return position.getAsInt();
  }

  ChunkHistory chunk(int number) {
    return chunks[number];
  }

  /** How often the removal of the target with the chunks began: what began before is no news. */
  int life() {
    return life;
  }

  boolean hasTarget(long target) {
    TargetHistory history = targets.get(target);
    return history != null && history.there;
  }

  /** From here on a target may be there, or may be gone. */
  void targetPossible(long target, boolean there) {
    targets.computeIfAbsent(target, id -> new TargetHistory(false)).possible(there, position());
    if (target == TARGET && !there) {
      life++;
      removal = new Batch();
      for (ChunkHistory chunk : chunks) {
        chunk.step(ChunkState.ABSENT, removal, position());
      }
    }
  }

  /** What became possible last has happened and lasts. */
  void targetCertain(long target) {
    targets.get(target).certain(position());
    if (target == TARGET && !hasTarget(target)) {
      for (Step step : removal.steps) {
        step.certainFrom(position());
        step.chunk.state = ChunkState.ABSENT;
        step.chunk.preparing = false;
      }
    }
  }

  /** Everything that was done lasts. */
  void settle() {
    for (ChunkHistory chunk : chunks) {
      chunk.settle(position());
    }
  }

  /** The refusals that a change may meet now; empty when it must be taken. */
  Set<Integer> refusals(Change change) {
    if (!hasTarget(TARGET)) {
      return Set.of(EngineStatus.NO_SUCH_TARGET);
    }
    ChunkHistory chunk = chunks[change.chunk()];
    ChunkState state = chunk.state;
    boolean exists = state.committed() != null;
    Set<Integer> refusals = new HashSet<>();
    if (chunk.preparing || state.pending() != null) {
      refusals.add(EngineStatus.UPDATE_PENDING);
    } else if (!exists
        && (change.kind() == ChunkUpdate.REMOVE || change.kind() == ChunkUpdate.PUNCH)) {
      refusals.add(EngineStatus.NO_SUCH_CHUNK);
    }
    boolean versionFits =
        switch (change.kind()) {
          case ChunkUpdate.INSTALL -> state.committedNumber() + change.versionStep() > 0;
          case ChunkUpdate.REPLACE -> change.versionStep() > 0;
          default -> change.versionStep() == 1;
        };
    boolean conditionHolds =
        change.ifVersion() == ChunkUpdate.ANY_VERSION
            || change.ifVersion() == state.committedNumber();
    if (!versionFits || !conditionHolds) {
      refusals.add(EngineStatus.VERSION_MISMATCH);
    }
    if (change.kind() == ChunkUpdate.PUNCH
        && (!exists || change.offset() + change.length() > state.content().length)) {
      refusals.add(EngineStatus.BAD_ARGUMENT);
    }
    return refusals;
  }

  /** Holds an engine that was opened after a crash at this position against the model. */
  void check(EngineInspector engine, int crash) {
    Map<ChunkHistory, Set<Integer>> matches = new HashMap<>();
    for (ChunkHistory chunk : chunks) {
      matches.put(chunk, matching(chunk, engine.stateOf(chunk.number), crash));
    }
    for (ChunkHistory chunk : chunks) {
      for (int i = chunk.lastCertain(crash); i <= chunk.lastPossible(crash); i++) {
        Step step = chunk.steps().get(i);
        if (step.batch != null && step == step.batch.steps.getFirst()) {
          checkBatch(step.batch, matches);
        }
      }
    }
    Set<Long> found = new HashSet<>(engine.targets());
    targets.forEach(
        (target, history) -> {
          boolean there = found.remove(target);
          if (!history.allows(there, crash)) {
            throw new AssertionError("target " + target + (there ? " is there" : " is gone"));
          }
        });
    if (!found.isEmpty()) {
      throw new AssertionError("targets " + found + " are there and nobody created them");
    }
  }

  /** Holds an engine that was opened after an orderly close against the model. */
  void checkExactly(EngineInspector engine) {
    for (ChunkHistory chunk : chunks) {
      ChunkState actual = engine.stateOf(chunk.number);
      if (!chunk.state.isSame(actual)) {
        throw new AssertionError(
            "chunk " + chunk.number + " is " + actual + " and should be " + chunk.state);
      }
    }
    Set<Long> expected =
        targets.keySet().stream().filter(this::hasTarget).collect(Collectors.toSet());
    if (!expected.equals(Set.copyOf(engine.targets()))) {
      throw new AssertionError("targets are " + engine.targets() + " and should be " + expected);
    }
  }

  /** Forgets the past: what the engine holds now is where the model goes on. */
  void adopt(EngineInspector engine) {
    for (ChunkHistory chunk : chunks) {
      chunk.reset(engine.stateOf(chunk.number));
    }
    targets.clear();
    for (long target : engine.targets()) {
      targets.put(target, new TargetHistory(true));
    }
  }

  private static Set<Integer> matching(ChunkHistory chunk, ChunkState actual, int crash) {
    int certain = chunk.lastCertain(crash);
    int possible = chunk.lastPossible(crash);
    Set<Integer> matching = new HashSet<>();
    for (int i = certain; i <= possible; i++) {
      if (chunk.steps().get(i).state.isSame(actual)) {
        matching.add(i);
      }
    }
    if (matching.isEmpty()) {
      StringBuilder allowed = new StringBuilder();
      chunk
          .steps()
          .subList(certain, possible + 1)
          .forEach(step -> allowed.append("\n    ").append(step.state));
      throw new AssertionError("chunk " + chunk.number + " is " + actual + "; allowed:" + allowed);
    }
    return matching;
  }

  /** Either every chunk of a batch may be before its step, or every one may be behind it. */
  private static void checkBatch(Batch batch, Map<ChunkHistory, Set<Integer>> matches) {
    boolean before = true;
    boolean behind = true;
    for (Step step : batch.steps) {
      int number = step.chunk.steps().indexOf(step);
      Set<Integer> matching = matches.get(step.chunk);
      before &= matching.stream().anyMatch(i -> i < number);
      behind &= matching.stream().anyMatch(i -> i >= number);
    }
    if (!before && !behind) {
      throw new AssertionError(
          "half of a batch: "
              + batch.steps.stream().map(step -> "chunk " + step.chunk.number).toList());
    }
  }
}
