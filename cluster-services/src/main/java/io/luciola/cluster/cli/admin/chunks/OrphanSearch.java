package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.cli.admin.chunks.OrphanReport.Orphan;
import io.luciola.cluster.client.ChunkPage;
import io.luciola.cluster.client.InodeFinder;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.client.TargetProbe;
import io.luciola.cluster.meta.proto.FoundInode;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks on targets for chunks that belong to no file. Targets are always asked before Meta, so that
 * a file made meanwhile is known; and what seems to belong to nothing is looked at a second time,
 * so that a chunk that was just being removed is gone.
 */
final class OrphanSearch {

  /** What seems to be an orphan. */
  private record Suspect(TargetPlacement target, ChunkKey chunk) {}

  private final TargetProbe probe;
  private final InodeFinder meta;
  private final RoutingTable routing;
  private final Set<String> failures = new LinkedHashSet<>();
  private final List<Orphan> orphans = new ArrayList<>();
  private long targets;
  private long chunks;

  OrphanSearch(TargetProbe probe, InodeFinder meta, RoutingTable routing) {
    this.probe = probe;
    this.meta = meta;
    this.routing = routing;
  }

  /** Looks through targets; what Meta does not answer ends the search. */
  OrphanReport in(List<TargetPlacement> places) {
    List<Suspect> suspects = new ArrayList<>();
    for (TargetPlacement target : places) {
      look(target, suspects);
    }
    if (!suspects.isEmpty()) {
      SecondLook.pause();
      confirm(suspects);
    }
    return new OrphanReport(targets, chunks, orphans, List.copyOf(failures));
  }

  private void look(TargetPlacement target, List<Suspect> suspects) {
    long cursor = 0;
    while (true) {
      ChunkPage page;
      try {
        page = probe.list(routing, target.targetId(), cursor);
      } catch (ProbeException failure) {
        failures.add(failure.getMessage());
        return;
      }
      List<ChunkKey> found = page.chunks().stream().map(ChunkKey::of).toList();
      chunks += found.size();
      Map<Long, FoundInode> inodes = inodesOf(found);
      for (ChunkKey chunk : found) {
        if (reason(chunk, target, inodes) != null) {
          suspects.add(new Suspect(target, chunk));
        }
      }
      if (page.isLast()) {
        targets++;
        return;
      }
      cursor = page.nextCursor();
    }
  }

  private void confirm(List<Suspect> suspects) {
    List<Suspect> still = new ArrayList<>();
    List<ChunkStat> seen = new ArrayList<>();
    for (Suspect suspect : suspects) {
      try {
        ChunkStat chunk =
            probe.find(routing, suspect.target.targetId(), suspect.chunk.hi(), suspect.chunk.lo());
        if (chunk != null) {
          still.add(suspect);
          seen.add(chunk);
        }
      } catch (ProbeException failure) {
        failures.add(failure.getMessage());
      }
    }
    Map<Long, FoundInode> inodes = inodesOf(still.stream().map(Suspect::chunk).toList());
    for (int i = 0; i < still.size(); i++) {
      Suspect suspect = still.get(i);
      TargetPlacement target = suspect.target;
      String reason = reason(suspect.chunk, target, inodes);
      if (reason != null) {
        orphans.add(
            new Orphan(
                suspect.chunk.toString(),
                target.targetId(),
                target.nodeId(),
                target.chainId(),
                state(target),
                seen.get(i).committedLengthBytes,
                reason));
      }
    }
  }

  private Map<Long, FoundInode> inodesOf(List<ChunkKey> of) {
    return meta.find(of.stream().map(ChunkKey::inode).collect(Collectors.toSet()));
  }

  /** Why a chunk belongs to no file; null when it belongs to one. */
  private static @Nullable String reason(
      ChunkKey chunk, TargetPlacement target, Map<Long, FoundInode> inodes) {
    FoundInode inode = inodes.get(chunk.inode());
    if (inode == null) {
      return "Meta does not know the inode";
    }
    int chain = ChunkHome.chainOf(inode, chunk.index());
    if (chain == ChunkHome.NONE) {
      return "the inode is not of a regular file";
    }
    if (chain == ChunkHome.BEYOND) {
      return "the file's layout does not reach this chunk";
    }
    return chain == target.chainId() ? null : "the file has this chunk on chain " + chain;
  }

  private @Nullable PublicTargetState state(TargetPlacement target) {
    Chain chain = routing.chain(target.chainId());
    PublicTargetState state =
        chain == null ? PublicTargetState.INVALID : chain.stateOf(target.targetId());
    return state == PublicTargetState.INVALID ? null : state;
  }
}
