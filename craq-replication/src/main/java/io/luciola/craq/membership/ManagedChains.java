package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The chains, the targets in them, and which chains are to be looked at again. */
final class ManagedChains {

  private final ChainRule rule;
  private final Map<Integer, ManagedChain> chains = new TreeMap<>();
  private final Map<Long, HeldTarget> targets = new HashMap<>();
  private final Map<Long, Integer> chainOf = new HashMap<>();
  private final TreeSet<Integer> touched = new TreeSet<>();

  ManagedChains(ChainRule rule) {
    this.rule = rule;
  }

  void clear() {
    chains.clear();
    targets.clear();
    chainOf.clear();
    touched.clear();
  }

  void add(Chain chain) {
    chains.put(chain.id(), new ManagedChain(chain, rule));
    link(chain);
  }

  private void link(Chain chain) {
    chainOf.values().removeIf(id -> id == chain.id());
    for (ChainTarget target : chain.targets()) {
      chainOf.put(target.targetId(), chain.id());
    }
  }

  /** Whether a target has a place in a chain, whatever its state. */
  boolean isPlaced(long targetId) {
    return chainOf.containsKey(targetId);
  }

  /** Whether a chain's targets all serve and nothing is about to change. */
  boolean isCalm(ManagedChain chain) {
    return chain.isCalm(targets);
  }

  /** The chains that serve, and would not when some targets went. */
  List<Integer> servedOnlyBy(Collection<HeldTarget> some) {
    return chains.values().stream()
        .filter(chain -> chain.current().head() != Chain.NO_TARGET)
        .filter(
            chain -> some.stream().anyMatch(target -> chain.current().isServing(target.targetId)))
        .filter(chain -> !chain.servesWithout(some, targets))
        .map(chain -> chain.current().id())
        .toList();
  }

  HeldTarget hold(long targetId) {
    return targets.computeIfAbsent(targetId, HeldTarget::new);
  }

  @Nullable HeldTarget target(long targetId) {
    return targets.get(targetId);
  }

  /** Forgets a target that has no place in a chain. */
  void drop(long targetId) {
    targets.remove(targetId);
  }

  /** Something was learnt of a target. */
  void touch(long targetId) {
    Integer chain = chainOf.get(targetId);
    if (chain != null) {
      touched.add(chain);
    }
  }

  /** Whether nothing is under way, or to come, by which a target leaves its chain. */
  boolean countOn(HeldTarget target) {
    Integer chainId = chainOf.get(target.targetId);
    ManagedChain chain = chainId == null ? null : chains.get(chainId);
    return chain == null || chain.countsOn(target);
  }

  /** Whether a target was lost and its chain, as it is durable, does not say so yet. */
  boolean miss(HeldTarget target) {
    Integer chainId = chainOf.get(target.targetId);
    ManagedChain chain = chainId == null ? null : chains.get(chainId);
    return chain != null && chain.misses(target);
  }

  @Nullable Chain find(int chainId) {
    ManagedChain chain = chains.get(chainId);
    return chain == null ? null : chain.current();
  }

  @Nullable ManagedChain managed(int chainId) {
    return chains.get(chainId);
  }

  Collection<Chain> all() {
    return chains.values().stream().map(ManagedChain::current).toList();
  }

  void onPersisted(Chain chain) {
    ManagedChain managed = chains.get(chain.id());
    if (managed != null && managed.onPersisted(chain)) {
      link(chain);
      touched.add(chain.id());
    }
  }

  void onPersistFailed(Chain chain) {
    ManagedChain managed = chains.get(chain.id());
    if (managed != null && managed.onPersistFailed(chain)) {
      touched.add(chain.id());
    }
  }

  /** Hands on the next version of every touched chain that is to change. */
  void settle(Consumer<Chain> persist) {
    for (int chainId : List.copyOf(touched)) {
      ManagedChain chain = chains.get(chainId);
      Chain next = chain.advance(targets);
      if (next != null) {
        persist.accept(next);
      }
    }
    touched.clear();
  }
}
