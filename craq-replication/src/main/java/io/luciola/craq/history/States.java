package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contents met in one search, each with a small number, and what updates make of them. */
final class States {

  /**
   * What an update makes of a state.
   *
   * @param after the state after it
   * @param lostValues values of which some bytes are there before it, but not after it
   */
  record Transition(int after, List<Long> lostValues) {}

  private final Map<ChunkContent, Integer> ids = new HashMap<>();
  private final List<ChunkContent> contents = new ArrayList<>();

  /** By state and update, open addressing: asked for more often than anything else. */
  private long[] transitionKeys = new long[1 << 10];

  private @Nullable Transition[] transitions = new Transition[1 << 10];
  private int transitionCount;

  private final PreparedHistory history;

  States(PreparedHistory history) {
    this.history = history;
  }

  int idOf(ChunkContent content) {
    return ids.computeIfAbsent(
        content,
        added -> {
          contents.add(added);
          return contents.size() - 1;
        });
  }

  ChunkContent content(int state) {
    return contents.get(state);
  }

  Transition transition(int state, int update) {
    long key = ((long) state << 32) | update;
    int place = place(key);
    Transition known = transitions[place];
    if (known != null) {
      return known;
    }
    Transition made = apply(state, update);
    transitionKeys[place] = key;
    transitions[place] = made;
    if (++transitionCount > transitions.length / 2) {
      grow();
    }
    return made;
  }

  private int place(long key) {
    int mask = transitions.length - 1;
    int place = (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    while (transitions[place] != null && transitionKeys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] keys = transitionKeys;
    @Nullable Transition[] values = transitions;
    transitionKeys = new long[2 * keys.length];
    transitions = new Transition[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        int place = place(keys[i]);
        transitionKeys[place] = keys[i];
        transitions[place] = values[i];
      }
    }
  }

  private Transition apply(int state, int update) {
    ChunkContent before = contents.get(state);
    ChunkContent after = ((Action.Update) history.action(update)).applyTo(before);
    List<Long> lost =
        Arrays.stream(before.values())
            .distinct()
            .filter(value -> value != ChunkContent.ZEROS && !after.keeps(value, before))
            .boxed()
            .toList();
    return new Transition(idOf(after), lost);
  }
}
