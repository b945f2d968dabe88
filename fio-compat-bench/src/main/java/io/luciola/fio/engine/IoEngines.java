package io.luciola.fio.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The engines there are, by name. */
public final class IoEngines {

  private final List<IoEngine> engines;

  /** A fixed list, for tests. */
  public IoEngines(List<IoEngine> engines) {
    this.engines = List.copyOf(engines);
  }

  /** Every engine on the class path. */
  public static IoEngines installed() {
    List<IoEngine> found = new ArrayList<>();
    ServiceLoader.load(IoEngine.class).forEach(found::add);
    return new IoEngines(found);
  }

  /** The engine with this name or alias. */
  public Optional<IoEngine> byName(String name) {
    return engines.stream().filter(engine -> engine.names().contains(name)).findFirst();
  }

  /** The engines' names for messages, for example {@code cluster, null, posix}. */
  public String known() {
    return engines.stream()
        .map(engine -> engine.names().getFirst())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** Option keys of all engines. */
  public Set<String> options() {
    Set<String> keys = new TreeSet<>();
    engines.forEach(engine -> keys.addAll(engine.options()));
    return keys;
  }

  /** Names of the engines which know an option key. */
  public String enginesWith(String key) {
    return engines.stream()
        .filter(engine -> engine.options().contains(key))
        .map(engine -> engine.names().getFirst())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
