package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which address is asked next: the primary as far as it is known, then every address of every
 * configured name in turn. Who does not answer is left alone for a time that doubles. Names are
 * resolved anew now and then, and when nobody answers. Safe for any number of threads.
 */
final class MgmtdCandidates {

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdCandidates.class);
  private static final long FIRST_COOL_DOWN_NS = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_COOL_DOWN_NS = Duration.ofSeconds(5).toNanos();
  private static final long STANDBY_COOL_DOWN_NS = Duration.ofMillis(200).toNanos();
  private static final long RESOLVE_EVERY_NS = Duration.ofSeconds(30).toNanos();
  private static final long RESOLVE_IN_NEED_EVERY_NS = Duration.ofMillis(500).toNanos();

  private static final class Candidate {
    boolean cooling;
    long coolUntilNs;
    long nextCoolDownNs = FIRST_COOL_DOWN_NS;

    void coolDown(long nowNs, long lengthNs) {
      cooling = true;
      coolUntilNs = nowNs + lengthNs;
    }

    boolean isReady(long nowNs) {
      return !cooling || nowNs - coolUntilNs >= 0;
    }
  }

  private final ClusterSpec spec;
  private final AddressResolver resolver;
  private final LongSupplier nanoClock;
  private final Map<InetSocketAddress, Candidate> candidates = new LinkedHashMap<>();
  private @Nullable InetSocketAddress preferred;
  private @Nullable InetSocketAddress last;
  private boolean resolved;
  private long resolvedNs;

  MgmtdCandidates(ClusterSpec spec, AddressResolver resolver, LongSupplier nanoClock) {
    this.spec = spec;
    this.resolver = resolver;
    this.nanoClock = nanoClock;
  }

  /** Whom to ask now; null when all are to be left alone for the moment. */
  synchronized @Nullable InetSocketAddress next() {
    long nowNs = nanoClock.getAsLong();
    boolean nobodyReady = candidates.values().stream().noneMatch(one -> one.isReady(nowNs));
    if (!resolved
        || nowNs - resolvedNs >= (nobodyReady ? RESOLVE_IN_NEED_EVERY_NS : RESOLVE_EVERY_NS)) {
      resolve(nowNs);
    }
    Candidate first = preferred == null ? null : candidates.get(preferred);
    if (first != null && first.isReady(nowNs)) {
      return preferred;
    }
    last = firstReadyBehind(last, nowNs);
    return last;
  }

  private @Nullable InetSocketAddress firstReadyBehind(
      @Nullable InetSocketAddress start, long nowNs) {
    InetSocketAddress firstOfAll = null;
    boolean behind = start == null || !candidates.containsKey(start);
    for (Map.Entry<InetSocketAddress, Candidate> one : candidates.entrySet()) {
      boolean ready = one.getValue().isReady(nowNs);
      if (ready && behind) {
        return one.getKey();
      }
      if (ready && firstOfAll == null) {
        firstOfAll = one.getKey();
      }
      behind |= one.getKey().equals(start);
    }
    return firstOfAll;
  }

  /** It has answered as the primary. */
  synchronized void onAnswer(InetSocketAddress address) {
    preferred = address;
    Candidate candidate = candidates.get(address);
    if (candidate != null) {
      candidate.cooling = false;
      candidate.nextCoolDownNs = FIRST_COOL_DOWN_NS;
    }
  }

  /** It has not answered. */
  synchronized void onFailure(InetSocketAddress address) {
    forget(address);
    Candidate candidate = candidates.get(address);
    if (candidate != null) {
      candidate.coolDown(nanoClock.getAsLong(), candidate.nextCoolDownNs);
      candidate.nextCoolDownNs = Math.min(2 * candidate.nextCoolDownNs, LONGEST_COOL_DOWN_NS);
    }
  }

  /**
   * It is a standby.
   *
   * @param primary where it says the primary is; empty when it does not know
   */
  synchronized void onStandby(InetSocketAddress address, String primary) {
    forget(address);
    long nowNs = nanoClock.getAsLong();
    Candidate candidate = candidates.get(address);
    if (candidate != null) {
      candidate.coolDown(nowNs, STANDBY_COOL_DOWN_NS);
      candidate.nextCoolDownNs = FIRST_COOL_DOWN_NS;
    }
    if (primary.isEmpty()) {
      return;
    }
    for (InetSocketAddress named : addresses(HostPort.parse(primary))) {
      if (candidates.computeIfAbsent(named, fresh -> new Candidate()).isReady(nowNs)) {
        preferred = named;
        return;
      }
    }
  }

  /** All that may be asked. */
  synchronized Set<InetSocketAddress> all() {
    return Set.copyOf(candidates.keySet());
  }

  private void forget(InetSocketAddress address) {
    if (address.equals(preferred)) {
      preferred = null;
    }
  }

  private void resolve(long nowNs) {
    resolved = true;
    resolvedNs = nowNs;
    Set<InetSocketAddress> found = new LinkedHashSet<>();
    spec.mgmtds().forEach(name -> found.addAll(addresses(name)));
    if (found.isEmpty()) {
      return; // better the old ones than none
    }
    Set<InetSocketAddress> gone = new HashSet<>(candidates.keySet());
    gone.removeAll(found);
    if (preferred != null) {
      gone.remove(preferred); // it answers
    }
    candidates.keySet().removeAll(gone);
    found.forEach(address -> candidates.computeIfAbsent(address, fresh -> new Candidate()));
  }

  private Collection<InetSocketAddress> addresses(HostPort name) {
    Set<InetSocketAddress> found = new LinkedHashSet<>();
    try {
      for (InetAddress address : resolver.resolve(name.host())) {
        found.add(new InetSocketAddress(address, name.port()));
      }
    } catch (UnknownHostException unknown) {
      LOG.debug("{} has no address now", name);
    }
    return found;
  }
}
