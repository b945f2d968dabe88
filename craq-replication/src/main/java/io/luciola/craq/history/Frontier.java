package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The configurations possible at one time, without those that another one is as good as. */
final class Frontier {

  private record Key(SlotSet done, int state) {}

  private final Map<Key, List<Configuration>> configurations = new LinkedHashMap<>();

  /** Adds a configuration, unless there is one as good; whether it did. */
  boolean add(Configuration added) {
    List<Configuration> alike =
        configurations.computeIfAbsent(
            new Key(added.done(), added.state()), _ -> new ArrayList<>(1));
    if (alike.stream().anyMatch(other -> other.isAsGoodAs(added))) {
      return false;
    }
    alike.removeIf(added::isAsGoodAs);
    alike.add(added);
    return true;
  }

  boolean isEmpty() {
    return configurations.isEmpty();
  }

  void forEach(Consumer<Configuration> action) {
    configurations.values().forEach(alike -> alike.forEach(action));
  }
}
