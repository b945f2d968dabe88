package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  private final Map<Long, Transition> transitions = new HashMap<>();
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
    return transitions.computeIfAbsent(((long) state << 32) | update, _ -> apply(state, update));
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
