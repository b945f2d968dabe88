package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.craq.Simulation.Plant;

/** Replicas that break one rule each. */
final class PlantedBugs {

  private PlantedBugs() {}

  private interface Updates {
    UpdatePath create(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        WriterTable writers,
        UpdateDecision decision);
  }

  private interface Reads {
    ReadPath create(
        ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates);
  }

  private interface Decisions {
    UpdateDecision create(
        ChainRole role, ReplicaEffects effects, WriterTable writers, long repeatWindowNs);
  }

  private static Plant plant(Updates updates, Reads reads, Decisions decisions) {
    return new Plant(
        (targetId, effects, options, lease) -> {
          ChainRole role = new ChainRole(targetId, effects, lease);
          WriterTable writers = new WriterTable(options.writerTableEntries());
          UpdateDecision decision =
              decisions.create(role, effects, writers, options.repeatWindowNs());
          UpdatePath path = updates.create(role, effects, options, writers, decision);
          return new ChainReplica(
              role,
              path,
              reads.create(role, effects, options, path),
              new Refill(role, effects, options, path));
        },
        false,
        true);
  }

  static Plant answersBeforeTheSuccessor() {
    return plant(
        (role, effects, options, writers, decision) ->
            new UpdatePath(role, effects, options, writers, decision) {
              @Override
              void prepared(ChunkProgress progress, long nowNs) {
                reply(progress.current, ReplicaStatus.OK);
                super.prepared(progress, nowNs);
              }
            },
        ReadPath::new,
        UpdateDecision::new);
  }

  static Plant givesUpForwards() {
    return plant(
        (role, effects, options, writers, decision) ->
            new UpdatePath(role, effects, options, writers, decision) {
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
            },
        ReadPath::new,
        UpdateDecision::new);
  }

  static Plant tailReadsBeforeItSettles() {
    return plant(
        (role, effects, options, writers, decision) ->
            new UpdatePath(role, effects, options, writers, decision) {
              @Override
              int settleAtTail(ChunkStat pending, long nowNs) {
                return ReplicaStatus.OK;
              }
            },
        ReadPath::new,
        UpdateDecision::new);
  }

  static Plant readsCommittedWithoutAsking() {
    return plant(
        UpdatePath::new, (r, e, o, u) -> new Unasking(r, e, o, u, false), UpdateDecision::new);
  }

  static Plant readsPendingWithoutAsking() {
    return plant(
        UpdatePath::new, (r, e, o, u) -> new Unasking(r, e, o, u, true), UpdateDecision::new);
  }

  private static final class Unasking extends ReadPath {
    private final boolean pending;

    Unasking(
        ChainRole role,
        ReplicaEffects effects,
        ReplicaOptions options,
        UpdatePath updates,
        boolean pending) {
      super(role, effects, options, updates);
      this.pending = pending;
    }

    @Override
    void ask(ReadOp op, ChunkStat stat) {
      read(op, pending ? stat.pendingVersion : stat.committedVersion);
    }
  }

  static Plant takesRivalsForRepeats() {
    return plant(
        UpdatePath::new,
        ReadPath::new,
        (role, effects, writers, repeatWindowNs) ->
            new UpdateDecision(role, effects, writers, repeatWindowNs) {
              @Override
              boolean sameWriter(UpdateOp op, long clientId, int channel, long sequence) {
                return op.channel == channel && op.sequence == sequence;
              }
            });
  }
}
