package io.luciola.craq.history;

import io.luciola.craq.history.PreparedHistory.Event;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for an order that explains a history: the search of Wing and Gong ("Testing and Verifying
 * Concurrent Objects", 1993), with just-in-time linearization and remembered configurations as in
 * Lowe ("Testing for linearizability", 2016), breadth first. It goes through beginnings and ends in
 * the order of time, and keeps all configurations possible at that time. Only when an operation
 * ends without being in the order yet are operations added, the last of them this one. When no
 * configuration is left, the history up to there has no explanation.
 *
 * <p>Without losing an explanation, if there is one:
 *
 * <ul>
 *   <li>A read is put in as soon as the state is the one it shows; of two configurations that
 *       differ only by reads, the one with more of them remains.
 *   <li>An update is not put in if it takes away bytes which a read still to come shows: their
 *       value is never written again.
 *   <li>A write that no read shows is put in with the update that hides it, and as soon as it
 *       changes nothing; and of two configurations that differ only by such writes, the one with
 *       more of them remains.
 *   <li>Of updates that do the same, the one that must be done first is put in first.
 *   <li>An update without an outcome is not put in if it changes and hides nothing; and of two
 *       configurations that differ only by such updates, the one with fewer remains.
 *   <li>An update is not put in before the one that ends, if its place could as well be after it.
 * </ul>
 */
final class LinearizationSearch {

  /** How a search ended. */
  enum Result {
    EXPLAINED,
    UNEXPLAINED,
    GIVEN_UP
  }

  private static final int[] NO_READS = {};

  private final PreparedHistory history;
  private final States states;
  private final long maxConfigurations;
  private final Map<Integer, int[]> readsByState = new HashMap<>();
  private final BitSet begun = new BitSet();

  /** Mandatory operations that have ended: all configurations have them. */
  private final BitSet ended = new BitSet();

  /** Slots of operations that have begun and not ended; those of ended ones are used again. */
  private final int[] slots;

  private final BitSet usedSlots = new BitSet();

  /** Updates that have begun and not ended, those that must be done first in front. */
  private final List<Integer> pending = new ArrayList<>();

  /** Those of them that no read shows. */
  private final List<Integer> pendingUnseen = new ArrayList<>();

  private Frontier frontier = new Frontier();
  private Frontier visited = new Frontier();
  private final BitSet begunReads = new BitSet();
  private long visits;
  private long timeNs;

  LinearizationSearch(PreparedHistory history, long maxConfigurations) {
    this.history = history;
    this.maxConfigurations = maxConfigurations;
    states = new States(history);
    slots = new int[history.operations.size()];
    Map<Integer, BitSet> reads = new HashMap<>();
    for (int i = 0; i < history.operations.size(); i++) {
      if (history.action(i) instanceof Action.Read read) {
        reads.computeIfAbsent(states.idOf(read.content()), _ -> new BitSet()).set(i);
      }
    }
    reads.forEach((state, ids) -> readsByState.put(state, ids.stream().toArray()));
  }

  /** Searches; once. */
  Result run() {
    if (history.showsValueFromNowhere()) {
      return Result.UNEXPLAINED;
    }
    frontier.add(Configuration.initial(states.idOf(ChunkContent.ABSENT)));
    for (Event event : history.events()) {
      timeNs = event.timeNs();
      if (event.ends()) {
        end(event.operation());
      } else {
        begin(event.operation());
      }
      if (frontier.isEmpty()) {
        return visits > maxConfigurations ? Result.GIVEN_UP : Result.UNEXPLAINED;
      }
    }
    return Result.EXPLAINED;
  }

  /** How many configurations were looked at. */
  long visits() {
    return visits;
  }

  /** The time of the last event looked at. */
  long timeNs() {
    return timeNs;
  }

  private void begin(int operation) {
    begun.set(operation);
    slots[operation] = usedSlots.nextClearBit(0);
    usedSlots.set(slots[operation]);
    if (history.action(operation) instanceof Action.Update) {
      int place = 0;
      while (place < pending.size() && isDueBefore(pending.get(place), operation)) {
        place++;
      }
      pending.add(place, operation);
      if (history.unseen(operation)) {
        pendingUnseen.add(operation);
      }
    } else {
      begunReads.set(operation);
    }
    if (!history.optional(operation)) {
      Frontier next = new Frontier();
      frontier.forEach(
          from -> {
            SlotSet settled = from.settled().copy();
            settle(settled, from.state());
            next.add(new Configuration(from.done(), settled, from.spent(), from.state()));
          });
      frontier = next;
    }
  }

  private boolean isDueBefore(int one, int other) {
    long oneNs = history.dueNs(one);
    long otherNs = history.dueNs(other);
    return oneNs < otherNs || (oneNs == otherNs && one < other);
  }

  private void end(int operation) {
    Frontier next = new Frontier();
    visited = new Frontier();
    frontier.forEach(
        from -> {
          if (from.has(slots[operation])) {
            next.add(from.without(slots[operation]));
          } else {
            new Advance(operation, usefulBefore(operation, from), next).from(from);
          }
        });
    pending.remove((Integer) operation);
    pendingUnseen.remove((Integer) operation);
    ended.set(operation);
    usedSlots.clear(slots[operation]);
    begunReads.clear(operation);
    frontier = visits > maxConfigurations ? new Frontier() : next;
  }

  /**
   * The pending updates that may have to come before the end of an operation: an open read might
   * show them, or their order against another such one may matter.
   */
  private List<Integer> usefulBefore(int operation, Configuration from) {
    List<Integer> rest = new ArrayList<>(pending);
    rest.removeIf(update -> from.has(slots[update]));
    List<Integer> useful = new ArrayList<>();
    for (int update : rest) {
      if (update == operation || mayBeShown(update, from)) {
        useful.add(update);
      }
    }
    for (int i = 0; i < useful.size(); i++) {
      Action known = history.action(useful.get(i));
      for (int update : rest) {
        if (!useful.contains(update) && Effects.mayPrecede(history.action(update), known)) {
          useful.add(update);
        }
      }
    }
    rest.retainAll(useful);
    return rest;
  }

  private boolean has(Configuration from, int operation) {
    return ended.get(operation) || (begun.get(operation) && from.has(slots[operation]));
  }

  private boolean aReadIsOpen(Configuration from) {
    for (int read = begunReads.nextSetBit(0); read >= 0; read = begunReads.nextSetBit(read + 1)) {
      if (!from.settled().has(slots[read])) {
        return true;
      }
    }
    return false;
  }

  private boolean mayBeShown(int update, Configuration from) {
    Action action = history.action(update);
    if (action instanceof Action.Write write) {
      for (int reader : history.readersOf(write.value())) {
        if (begun.get(reader) && !has(from, reader)) {
          return true;
        }
      }
      return false;
    }
    return aReadIsOpen(from);
  }

  /**
   * Puts in what changes nothing: open reads that show the state, and unseen writes whose bytes are
   * unseen already. Whether there was a read.
   */
  private boolean settle(SlotSet settled, int state) {
    for (int update : pendingUnseen) {
      if (states.transition(state, update).after() == state) {
        settled.add(slots[update]);
      }
    }
    boolean aRead = false;
    for (int read : readsByState.getOrDefault(state, NO_READS)) {
      if (begunReads.get(read)
          && !settled.has(slots[read])
          && hasAll(settled, history.readsBefore(read))) {
        settled.add(slots[read]);
        aRead = true;
      }
    }
    return aRead;
  }

  private boolean hasAll(SlotSet settled, int[] reads) {
    for (int read : reads) {
      if (!ended.get(read) && !(begun.get(read) && settled.has(slots[read]))) {
        return false;
      }
    }
    return true;
  }

  /** All ways from one configuration to those that have a certain operation. */
  private final class Advance {
    private final int goal;
    private final List<Integer> useful;
    private final Frontier found;

    /** The updates put in so far, and whether reads were put in right behind each. */
    private final List<Action> path = new ArrayList<>();

    private final BitSet readBehind = new BitSet();

    Advance(int goal, List<Integer> useful, Frontier found) {
      this.goal = goal;
      this.useful = useful;
      this.found = found;
    }

    void from(Configuration from) {
      if (visits > maxConfigurations || !visited.add(from)) {
        return;
      }
      visits++;
      for (int i = 0; i < useful.size(); i++) {
        int update = useful.get(i);
        if (!from.has(slots[update]) && !comesAfterItsTwin(i, from) && !hidesGoal(update)) {
          put(update, from);
        }
      }
    }

    private boolean comesAfterItsTwin(int place, Configuration from) {
      Action action = history.action(useful.get(place));
      for (int i = 0; i < place; i++) {
        if (!from.has(slots[useful.get(i)]) && history.action(useful.get(i)).equals(action)) {
          return true;
        }
      }
      return false;
    }

    private boolean hidesGoal(int update) {
      return update != goal && Effects.hides(history.action(update), history.action(goal));
    }

    private void put(int update, Configuration from) {
      States.Transition transition = states.transition(from.state(), update);
      if (losesWhatIsStillRead(transition, from)) {
        return;
      }
      Action action = history.action(update);
      SlotSet settled = from.settled().copy();
      for (int other : pendingUnseen) {
        if (!from.has(slots[other]) && Effects.hides(action, history.action(other))) {
          settled.add(slots[other]);
        }
      }
      boolean changesNothing = transition.after() == from.state() && settled.equals(from.settled());
      if (changesNothing && history.optional(update)) {
        return;
      }
      SlotSet done = from.done();
      SlotSet spent = from.spent();
      if (history.optional(update)) {
        spent = spent.copy();
        spent.add(slots[update]);
      } else if (!history.unseen(update)) {
        done = done.copy();
        done.add(slots[update]);
      }
      readBehind.set(path.size(), settle(settled, transition.after()));
      path.add(action);
      Configuration to = new Configuration(done, settled, spent, transition.after());
      if (!to.has(slots[goal])) {
        from(to);
      } else if (!someCouldComeLater()) {
        found.add(to.without(slots[goal]));
      }
      path.removeLast();
    }

    private boolean losesWhatIsStillRead(States.Transition transition, Configuration from) {
      ChunkContent after = states.content(transition.after());
      for (long value : transition.lostValues()) {
        int[] readers = history.readersOf(value);
        for (int i = readers.length - 1; i >= 0; i--) {
          if (!has(from, readers[i])
              && !after.keeps(value, ((Action.Read) history.action(readers[i])).content())) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean someCouldComeLater() {
      boolean toRead = history.action(goal) instanceof Action.Read;
      int lastRead = readBehind.previousSetBit(path.size() - (toRead ? 1 : 2));
      for (int i = lastRead + 1; i < path.size() - 1; i++) {
        if (!conflictsBehind(i)) {
          return true;
        }
      }
      return false;
    }

    private boolean conflictsBehind(int place) {
      for (int i = place + 1; i < path.size(); i++) {
        if (Effects.conflict(path.get(place), path.get(i))) {
          return true;
        }
      }
      return false;
    }
  }
}
