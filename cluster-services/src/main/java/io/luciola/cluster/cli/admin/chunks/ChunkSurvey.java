package io.luciola.cluster.cli.admin.chunks;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.routing.RoutingTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at chunks on all targets of a chain, and says whether those that serve have the same. While
 * a chunk is being written its versions differ for a moment: it is then looked at again.
 */
final class ChunkSurvey {

  /** What was found in the end. */
  enum Verdict {
    /** The targets that serve, as far as they could be asked, have the same. */
    SAME,
    /** They do not, and that stays so. */
    DIFFERENT,
    /** They did not with any look, but each look was another one. */
    MOVING
  }

  /** A chunk on the targets of a chain, in the chain's order. */
  record Survey(Verdict verdict, List<ReplicaView> replicas) {

    /** Whether all that serve could be asked and have the same. */
    boolean isWell() {
      return verdict == Verdict.SAME
          && replicas.stream().noneMatch(each -> each.serves() && each.problem() != null);
    }
  }

  private static final int LOOKS = 6;

  private final TargetProbe probe;
  private final Supplier<RoutingTable> routing;

  /**
   * Asks nothing yet.
   *
   * @param routing the routing table of now; asked for each look, as a chain may change meanwhile
   */
  ChunkSurvey(TargetProbe probe, Supplier<RoutingTable> routing) {
    this.probe = probe;
    this.routing = routing;
  }

  /** Surveys chunks of one chain, with pauses for all of them together. */
  Map<ChunkKey, Survey> of(int chainId, Collection<ChunkKey> chunks) {
    Map<ChunkKey, Survey> results = new TreeMap<>();
    Map<ChunkKey, List<ReplicaView>> first = new HashMap<>();
    Map<ChunkKey, List<ReplicaView>> previous = new HashMap<>();
    List<ChunkKey> open = new ArrayList<>(chunks);
    for (int look = 1; !open.isEmpty(); look++) {
      if (look > 1) {
        SecondLook.pause();
      }
      RoutingTable table = routing.get();
      List<ChunkKey> undecided = new ArrayList<>();
      for (ChunkKey chunk : open) {
        List<ReplicaView> now = look(table, chainId, chunk);
        Verdict verdict = judge(now, first.get(chunk), previous.get(chunk), look == LOOKS);
        if (verdict != null) {
          results.put(chunk, new Survey(verdict, now));
        } else {
          first.putIfAbsent(chunk, now);
          previous.put(chunk, now);
          undecided.add(chunk);
        }
      }
      open = undecided;
    }
    return results;
  }

  /** Null when another look is needed. */
  private static @Nullable Verdict judge(
      List<ReplicaView> now,
      @Nullable List<ReplicaView> first,
      @Nullable List<ReplicaView> previous,
      boolean last) {
    if (now.stream().noneMatch(ReplicaView::differs)) {
      return Verdict.SAME;
    }
    boolean updating = now.stream().anyMatch(each -> each.serves() && each.pendingVersion() != 0);
    if (!updating && now.equals(previous)) {
      return Verdict.DIFFERENT;
    }
    if (!last) {
      return null;
    }
    return now.equals(first) ? Verdict.DIFFERENT : Verdict.MOVING;
  }

  private List<ReplicaView> look(RoutingTable table, int chainId, ChunkKey chunk) {
    Chain chain = table.chain(chainId);
    if (chain == null) {
      throw CommandFailure.failed("there is no chain " + chainId);
    }
    List<ReplicaView> replicas = new ArrayList<>();
    for (ChainTarget target : chain.targets()) {
      replicas.add(look(table, target, chunk));
    }
    ReplicaView tail = null;
    for (ReplicaView each : replicas) {
      tail = isComparable(each) ? each : tail;
    }
    for (int i = 0; i < replicas.size(); i++) {
      ReplicaView each = replicas.get(i);
      if (isComparable(each) && !each.hasContentOf(tail)) {
        replicas.set(i, each.differing());
      }
    }
    return replicas;
  }

  private static boolean isComparable(ReplicaView replica) {
    return replica.serves() && replica.problem() == null;
  }

  private ReplicaView look(RoutingTable table, ChainTarget target, ChunkKey chunk) {
    long id = target.targetId();
    int node = table.nodeOf(id);
    try {
      return ReplicaView.of(
          id, node, target.state(), probe.find(table, id, chunk.hi(), chunk.lo()));
    } catch (ProbeException failure) {
      return ReplicaView.unknown(id, node, target.state(), failure.getMessage());
    }
  }
}
