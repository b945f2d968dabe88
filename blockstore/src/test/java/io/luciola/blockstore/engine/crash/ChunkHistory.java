package io.luciola.blockstore.engine.crash;

import java.util.ArrayList;
import java.util.List;

/** The states that a chunk went through, and when each could and had to survive a crash. */
final class ChunkHistory {

  private static final int NEVER = Integer.MAX_VALUE;

  /** Several chunks that take a step together. */
  static final class Batch {
    final List<Step> steps = new ArrayList<>();
  }

  /** A step to a state: possible from one position in the device's log on, certain from another. */
  static final class Step {
    final ChunkHistory chunk;
    final ChunkState state;
    final Batch batch;
    final int possibleFrom;
    private int certainFrom = NEVER;

    private Step(ChunkHistory chunk, ChunkState state, Batch batch, int possibleFrom) {
      this.chunk = chunk;
      this.state = state;
      this.batch = batch;
      this.possibleFrom = possibleFrom;
    }

    /** It was promised to last. */
    void certainFrom(int position) {
      certainFrom = Math.min(certainFrom, position);
    }

    /** It never came about. */
    void withdraw() {
      chunk.steps.remove(this);
    }
  }

  final int number;
  ChunkState state = ChunkState.ABSENT;

  /** Whether a prepare is under way. */
  boolean preparing;

  private final List<Step> steps = new ArrayList<>();

  ChunkHistory(int number) {
    this.number = number;
    reset(ChunkState.ABSENT);
  }

  Step step(ChunkState next, Batch batch, int position) {
    Step step = new Step(this, next, batch, position);
    steps.add(step);
    if (batch != null) {
      batch.steps.add(step);
    }
    return step;
  }

  /** Forgets the past: this is what the chunk is. */
  void reset(ChunkState known) {
    state = known;
    preparing = false;
    steps.clear();
    Step first = new Step(this, known, null, -1);
    first.certainFrom = -1;
    steps.add(first);
  }

  /** Every step is certain from here on. */
  void settle(int position) {
    steps.getLast().certainFrom(position);
  }

  List<Step> steps() {
    return steps;
  }

  int lastCertain(int position) {
    int last = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).certainFrom <= position) {
        last = i;
      }
    }
    return last;
  }

  int lastPossible(int position) {
    int last = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).possibleFrom <= position) {
        last = i;
      }
    }
    return last;
  }
}
