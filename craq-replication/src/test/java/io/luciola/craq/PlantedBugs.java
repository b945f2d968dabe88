package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.ChainTransition;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.craq.membership.ClusterMembership;
import io.luciola.craq.membership.MembershipEffects;
import io.luciola.craq.membership.MembershipOptions;
import io.luciola.craq.membership.ReportedTarget;
import io.luciola.craq.sim.SimRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Worlds that break one rule each. */
final class PlantedBugs {

  private PlantedBugs() {}

  /** All of them by name. */
  static Map<String, Supplier<SimRules>> all() {
    Map<String, Supplier<SimRules>> all = new TreeMap<>();
    all.put("acknowledges before the successor", AcknowledgesEarly::new);
    all.put("gives up a forward that is not answered", GivesUpForwards::new);
    all.put("tail reads before it settles what a restart left", TailDoesNotSettle::new);
    all.put("reads the committed version without asking the tail", () -> new Unasking(false));
    all.put("reads the pending version without asking the tail", () -> new Unasking(true));
    all.put("takes another client's update for a repeat", LaxWriters::new);
    all.put("client does not mark repeats", UnmarkedRepeats::new);
    all.put("disk loses durable records", LossyDisk::new);
    all.put("damage on a disk is not noticed", UnnoticedDamage::new);
    all.put("a corrupt chunk is never repaired", NoRepair::new);
    all.put("acknowledges a prepare before it is durable", EarlyPrepare::new);
    all.put("drops at its start what is pending", DropsPending::new);
    all.put("an earlier connection is heard after a later one", OldConnectionsHeard::new);
    all.put("a heartbeat that was overtaken counts", LateHeartbeats::new);
    all.put("forgets the lease", NoLease::new);
    all.put("lease longer than the failure timeout", LongLease::new);
    all.put("lease granted to a target on its way out", LeaseForAll::new);
    all.put("reports completeness under a version not seen", ReportsNewestVersion::new);
    all.put("reports completeness before the refill ends", ReportsCompleteAtOnce::new);
    all.put("withdrawn target serves on", WithdrawnServes::new);
    all.put("a primary acts after its lease", PrimaryWithoutLease::new);
    all.put("a new process of a node goes for the old one", SameIncarnation::new);
    all.put("a suspicion is taken for proof", SuspicionIsProof::new);
    all.put("Mgmtd less patient than its leases", ImpatientMgmtd::new);
    all.put("UPTODATE counted under an old chain version", StaleReportsCount::new);
    all.put("wrong choice among the last serving targets", WrongLastServing::new);
    all.put("a returning target serves without a refill", NoRefill::new);
    all.put("a target in a lost one's place serves without a refill", NewTargetServes::new);
    all.put("who holds a new target is not durable", HoldersNotStored::new);
    all.put("a disk is opened anew while its target is counted on", OpenedTooEarly::new);
    all.put("a replica goes on over a disk that is opened anew", ReplicaGoesOn::new);
    all.put("goes on over sessions", OneSession::new);
    all.put("second pass of the refill left out", NoLookUp::new);
    all.put("first pass of the refill compares nothing", NoComparison::new);
    all.put("failed refill of a chunk taken for done", RefillFailuresIgnored::new);
    all.put("a target that is being refilled serves reads", SyncingServes::new);
    all.put("a target that was out trusts its memory of writers", RemembersWriters::new);
    all.put("head forgets the writers it has answered", ForgetsWriters::new);
    all.put("committed-local reads offered as linearizable", LocalReads::new);
    return all;
  }

  /** A replica of other parts than usual. */
  private abstract static class OtherReplica extends SimRules {
    @Override
    protected ChainReplica replica(
        long targetId, ReplicaEffects effects, ReplicaOptions options, NodeLease lease) {
      ChainRole role = role(targetId, effects, lease);
      WriterTable writers = writers(options);
      UpdateDecision decision = decision(role, effects, writers, options.repeatWindowNs());
      UpdatePath path = updates(role, effects, options, writers, decision);
      return new ChainReplica(
          role, path, reads(role, effects, options, path), refill(role, effects, options, path));
    }

    ChainRole role(long targetId, ReplicaEffects effects, NodeLease lease) {
      return new ChainRole(targetId, effects, lease);
    }

    WriterTable writers(ReplicaOptions options) {
      return new WriterTable(options.writerTableEntries());
    }

    UpdateDecision decision(
        ChainRole role, ReplicaEffects effects, WriterTable writers, long repeatWindowNs) {
      return new UpdateDecision(role, effects, writers, repeatWindowNs);
    }

    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision);
    }

    ReadPath reads(
        ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
      return new ReadPath(role, effects, options, updates);
    }

    Refill refill(
        ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
      return new Refill(role, effects, options, updates);
    }
  }

  // ---- updates

  private static final class AcknowledgesEarly extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        void prepared(ChunkProgress progress, long nowNs) {
          reply(progress.current, ReplicaStatus.OK);
          super.prepared(progress, nowNs);
        }
      };
    }
  }

  private static final class GivesUpForwards extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        void onForwarded(UpdateOp op, int status, long digest, int length, long nowNs) {
          boolean lost = status == ReplicaStatus.TRANSPORT;
          super.onForwarded(
              op,
              lost ? ReplicaStatus.OK : status,
              lost ? op.resultDigest : digest,
              lost ? op.resultLengthBytes : length,
              nowNs);
        }
      };
    }
  }

  private static final class TailDoesNotSettle extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        int settleAtTail(ChunkStat pending, long nowNs) {
          return ReplicaStatus.OK;
        }
      };
    }
  }

  private static final class OneSession extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        void prepared(ChunkProgress progress, long nowNs) {
          progress.session = role.session;
          super.prepared(progress, nowNs);
        }

        @Override
        void commit(ChunkProgress progress, long nowNs) {
          progress.session = role.session;
          super.commit(progress, nowNs);
        }
      };
    }
  }

  private static final class RemembersWriters extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        void forgetUntil(long nowNs) {
          // as if nothing had been done without it
        }
      };
    }
  }

  private static final class ForgetsWriters extends OtherReplica {
    @Override
    WriterTable writers(ReplicaOptions options) {
      return new WriterTable(options.writerTableEntries()) {
        @Override
        int find(long clientId, int channel) {
          return -1;
        }

        @Override
        boolean mayHaveForgotten(long firstSentNs) {
          return false;
        }
      };
    }
  }

  private static final class LaxWriters extends OtherReplica {
    @Override
    UpdateDecision decision(
        ChainRole role, ReplicaEffects effects, WriterTable writers, long repeatWindowNs) {
      return new UpdateDecision(role, effects, writers, repeatWindowNs) {
        @Override
        boolean sameWriter(UpdateOp op, long clientId, int channel, long sequence) {
          return op.channel == channel && op.sequence == sequence;
        }
      };
    }
  }

  // ---- reads

  private static final class Unasking extends OtherReplica {
    private final boolean pending;

    Unasking(boolean pending) {
      this.pending = pending;
    }

    @Override
    ReadPath reads(
        ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
      return new ReadPath(role, effects, options, updates) {
        @Override
        void ask(ReadOp op, ChunkStat stat) {
          read(op, pending ? stat.pendingVersion : stat.committedVersion);
        }
      };
    }
  }

  private static final class LocalReads extends SimRules {
    @Override
    protected int sentMode(int mode) {
      return ReadOp.COMMITTED_LOCAL;
    }
  }

  // ---- what the chain says

  private static final class SyncingServes extends OtherReplica {
    @Override
    ChainRole role(long targetId, ReplicaEffects effects, NodeLease lease) {
      return new ChainRole(targetId, effects, lease) {
        @Override
        int checkServing(int requestChainVersion, long nowNs) {
          return syncing && requestChainVersion == version
              ? ReplicaStatus.OK
              : super.checkServing(requestChainVersion, nowNs);
        }

        @Override
        void become(Chain chain) {
          super.become(chain);
          serving |= syncing;
        }
      };
    }
  }

  private static final class WrongLastServing extends OtherMembership {
    @Override
    Chain next(Chain chain, LongFunction<LocalTargetState> states) {
      Chain right = ChainTransition.next(chain, states);
      if (right.targets().stream().anyMatch(t -> t.state() == PublicTargetState.SERVING)) {
        return right;
      }
      List<ChainTarget> targets = new ArrayList<>();
      for (ChainTarget target : chain.targets()) {
        boolean lives =
            states.apply(target.targetId()) == LocalTargetState.ONLINE
                || states.apply(target.targetId()) == LocalTargetState.UPTODATE;
        boolean first = targets.stream().noneMatch(t -> t.state() == PublicTargetState.SERVING);
        targets.add(
            lives && first
                ? new ChainTarget(target.targetId(), PublicTargetState.SERVING)
                : new ChainTarget(
                    target.targetId(),
                    target.state() == PublicTargetState.SERVING
                        ? PublicTargetState.LASTSRV
                        : target.state()));
      }
      targets.sort(
          (a, b) ->
              Boolean.compare(
                  b.state() == PublicTargetState.SERVING, a.state() == PublicTargetState.SERVING));
      boolean serves = targets.getFirst().state() == PublicTargetState.SERVING;
      return serves ? new Chain(chain.id(), chain.version() + 1, withoutLast(targets)) : right;
    }

    private static List<ChainTarget> withoutLast(List<ChainTarget> targets) {
      return targets.stream()
          .map(
              t ->
                  t.state() == PublicTargetState.LASTSRV
                      ? new ChainTarget(t.targetId(), PublicTargetState.OFFLINE)
                      : t)
          .toList();
    }
  }

  private static final class NoRefill extends OtherMembership {
    @Override
    Chain next(Chain chain, LongFunction<LocalTargetState> states) {
      Chain right = ChainTransition.next(chain, states);
      if (right.version() == chain.version()) {
        return right;
      }
      return new Chain(
          right.id(),
          right.version(),
          right.targets().stream()
              .map(
                  t ->
                      t.state() == PublicTargetState.SYNCING
                          ? new ChainTarget(t.targetId(), PublicTargetState.SERVING)
                          : t)
              .toList());
    }
  }

  private static final class NewTargetServes extends OtherMembership {
    private final Set<Long> first = new HashSet<>();

    @Override
    Chain next(Chain chain, LongFunction<LocalTargetState> states) {
      List<ChainTarget> before = chain.targets();
      if (first.isEmpty()) {
        before.forEach(target -> first.add(target.targetId()));
      }
      Chain right = ChainTransition.next(chain, states);
      return right.version() == chain.version()
          ? right
          : new Chain(right.id(), right.version(), right.targets().stream().map(this::as).toList());
    }

    private ChainTarget as(ChainTarget target) {
      boolean fresh =
          !first.contains(target.targetId()) && target.state() == PublicTargetState.SYNCING;
      return fresh ? new ChainTarget(target.targetId(), PublicTargetState.SERVING) : target;
    }
  }

  private static final class HoldersNotStored extends SimRules {
    @Override
    protected boolean storesHolders() {
      return false;
    }
  }

  // ---- refills

  private static final class NoLookUp extends SimRules {
    @Override
    protected boolean listsChunks() {
      return false;
    }
  }

  private static final class NoComparison extends SimRules {
    @Override
    protected boolean comparesChunks() {
      return false;
    }
  }

  private static final class RefillFailuresIgnored extends OtherReplica {
    @Override
    Refill refill(
        ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
      return new Refill(role, effects, options, updates) {
        @Override
        public void onRefilled(UpdateOp op, int status, long nowNs) {
          super.onRefilled(op, ReplicaStatus.OK, nowNs);
        }

        @Override
        boolean isReadable() {
          return true;
        }
      };
    }
  }

  // ---- disks and clients

  private static final class LossyDisk extends SimRules {
    @Override
    protected boolean losesDurableRecords() {
      return true;
    }
  }

  private static final class EarlyPrepare extends SimRules {
    @Override
    protected boolean preparesAreDurable() {
      return false;
    }
  }

  private static class OpenedTooEarly extends SimRules {
    @Override
    protected boolean mayBeOpenedAnew(PublicTargetState state) {
      return true;
    }

    @Override
    protected boolean leaseOutlivesDisk() {
      return true;
    }
  }

  private static final class ReplicaGoesOn extends OpenedTooEarly {

    @Override
    protected boolean keepsReplicaOfFailedDisk() {
      return true;
    }
  }

  private static final class UnnoticedDamage extends SimRules {
    @Override
    protected boolean detectsDamage() {
      return false;
    }
  }

  private static final class NoRepair extends OtherReplica {
    @Override
    UpdatePath updates(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision) {
      return new UpdatePath(role, effects, options, writers, decision) {
        @Override
        void onCorruptChunk(long chunkHi, long chunkLo, long nowNs) {
          // somebody else will see to it
        }
      };
    }
  }

  private static final class DropsPending extends SimRules {
    @Override
    protected boolean keepsPending() {
      return false;
    }
  }

  private static final class UnmarkedRepeats extends SimRules {
    @Override
    protected boolean clientsMarkRepeats() {
      return false;
    }
  }

  // ---- leases and reports

  private static final class NoLease extends SimRules {
    @Override
    protected NodeLease lease() {
      return NodeLease.unlimited();
    }
  }

  private static final class LongLease extends SimRules {
    @Override
    protected long leaseBeginNs(long heartbeatSentNs, long answeredNs) {
      return answeredNs + 60_000_000;
    }
  }

  private static final class LeaseForAll extends SimRules {
    @Override
    protected boolean grantsLease(ClusterMembership membership, int nodeId) {
      return true;
    }
  }

  private static final class ReportsNewestVersion extends SimRules {
    @Override
    protected int reportedVersion(ChainReplica replica, Chain newest) {
      return newest.version();
    }
  }

  private static final class ReportsCompleteAtOnce extends SimRules {
    @Override
    protected LocalTargetState reportedState(ChainReplica replica) {
      return LocalTargetState.UPTODATE;
    }
  }

  private static final class WithdrawnServes extends SimRules {
    private final Set<ChainReplica> told = Collections.newSetFromMap(new IdentityHashMap<>());

    @Override
    protected void withdraw(ChainReplica replica) {
      told.add(replica);
    }

    @Override
    protected LocalTargetState reportedState(ChainReplica replica) {
      return told.remove(replica) ? LocalTargetState.OFFLINE : replica.localState();
    }
  }

  // ---- Mgmtd

  private static final class PrimaryWithoutLease extends SimRules {
    @Override
    protected boolean primaryHeedsItsLease() {
      return false;
    }
  }

  private static final class ImpatientMgmtd extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(
          new MembershipOptions(options.failureTimeoutNs() / 3, options.probeIntervalNs()),
          effects);
    }
  }

  /** A Mgmtd that changes chains by another rule. */
  private abstract static class OtherMembership extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(options, effects, this::next);
    }

    abstract Chain next(Chain chain, LongFunction<LocalTargetState> states);
  }

  private static final class SameIncarnation extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(options, effects) {
        @Override
        public boolean onHeartbeat(
            int nodeId, long incarnation, List<ReportedTarget> reports, long nowNs) {
          return super.onHeartbeat(nodeId, 1, reports, nowNs);
        }
      };
    }
  }

  private static final class SuspicionIsProof extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(options, effects) {
        @Override
        public void onSuspicion(int nodeId, long nowNs) {
          super.onLeaving(nodeId);
        }
      };
    }
  }

  private static final class StaleReportsCount extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(options, effects) {
        @Override
        public boolean onHeartbeat(
            int nodeId, long incarnation, List<ReportedTarget> reports, long nowNs) {
          List<ReportedTarget> now =
              reports.stream()
                  .map(r -> new ReportedTarget(r.targetId(), r.state(), chain(7).version()))
                  .toList();
          return super.onHeartbeat(nodeId, incarnation, now, nowNs);
        }
      };
    }
  }

  private static final class LateHeartbeats extends SimRules {
    @Override
    protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
      return new ClusterMembership(options, effects) {
        @Override
        public boolean isOvertaken(int nodeId, long incarnation, long sequence) {
          return false;
        }
      };
    }
  }

  private static final class OldConnectionsHeard extends SimRules {
    @Override
    protected boolean hearsOnlyNewestConnection() {
      return false;
    }
  }
}
