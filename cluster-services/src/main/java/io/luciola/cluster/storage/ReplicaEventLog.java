package io.luciola.cluster.storage;

import io.luciola.chaintable.ChunkId;
import io.luciola.craq.ReplicaEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator what replicas report, with the names of nodes and the reasons of failures. */
final class ReplicaEventLog {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaEventLog.class);

  private final PeerLinks peers;

  ReplicaEventLog(PeerLinks peers) {
    this.peers = peers;
  }

  void report(
      ReplicaEvent event,
      int chainId,
      long targetId,
      long peerTargetId,
      long chunkHi,
      long chunkLo,
      long version) {
    switch (event) {
      case SUCCESSOR_UNREACHABLE ->
          LOG.warn(
              "chain {}: successor target {} on {} unreachable: {}; retrying",
              chainId,
              peerTargetId,
              peers.describe(peerTargetId),
              peers.lastFailure(peerTargetId));
      case SUCCESSOR_REACHABLE ->
          LOG.info(
              "chain {}: successor target {} on {} answers again",
              chainId,
              peerTargetId,
              peers.describe(peerTargetId));
      case TAIL_UNREACHABLE ->
          LOG.warn(
              "chain {}: tail target {} on {} unreachable: {}; reads of chunks that are being"
                  + " written wait",
              chainId,
              peerTargetId,
              peers.describe(peerTargetId),
              peers.lastFailure(peerTargetId));
      case TAIL_REACHABLE ->
          LOG.info(
              "chain {}: tail target {} on {} answers again",
              chainId,
              peerTargetId,
              peers.describe(peerTargetId));
      case DIVERGED ->
          LOG.error(
              "chain {}: target {} and target {} on {} differ in chunk {} at version {}; the chunk"
                  + " takes no update until one of them is taken out",
              chainId,
              targetId,
              peerTargetId,
              peers.describe(peerTargetId),
              ChunkId.toString(chunkHi, chunkLo),
              version);
      case PENDING_UNREADABLE ->
          LOG.error(
              "chain {}: target {} cannot read back pending version {} of chunk {}; retrying",
              chainId,
              targetId,
              version,
              ChunkId.toString(chunkHi, chunkLo));
      case CHUNK_CORRUPT ->
          LOG.warn(
              "chain {}: version {} of chunk {} is corrupt at target {}; fetching it from another"
                  + " replica",
              chainId,
              version,
              ChunkId.toString(chunkHi, chunkLo),
              targetId);
      case CHUNK_REPAIRED ->
          LOG.info(
              "chain {}: version {} of chunk {} at target {} is repaired",
              chainId,
              version,
              ChunkId.toString(chunkHi, chunkLo),
              targetId);
      case REPAIR_FAILED ->
          LOG.error(
              "chain {}: version {} of chunk {} stays corrupt at target {}: it could not be had"
                  + " from another replica, or not be stored; it is tried again when somebody wants"
                  + " it",
              chainId,
              version,
              ChunkId.toString(chunkHi, chunkLo),
              targetId);
      case COMMIT_FAILED ->
          LOG.error(
              "chain {}: target {} cannot commit version {} of chunk {}; retrying",
              chainId,
              targetId,
              version,
              ChunkId.toString(chunkHi, chunkLo));
    }
  }
}
