package io.luciola.craq;

import io.luciola.blockstore.engine.EngineStatus;

/**
 * Outcomes of the replication layer, from -100 down; 0 to -99 are {@link EngineStatus}'s. The
 * numbers travel on the wire; never reuse one.
 */
public final class ReplicaStatus {

  /** Done. */
  public static final int OK = EngineStatus.OK;

  /** The request was made under another version of the chain than the replica knows. */
  public static final int WRONG_CHAIN_VERSION = -100;

  /** The target is not in the chain, or not SERVING. */
  public static final int NOT_SERVING = -101;

  /** A client's update reached a replica that is not the head. */
  public static final int NOT_HEAD = -102;

  /** A version query reached a replica that is not the tail. */
  public static final int NOT_TAIL = -103;

  /** Too many updates of the chunk are waiting. */
  public static final int CHUNK_BUSY = -104;

  /** The replica holds as many requests as it may. */
  public static final int OVERLOADED = -105;

  /** A later copy of the same request took this one's place. */
  public static final int SUPERSEDED = -106;

  /** The client's channel has already done a later update. */
  public static final int STALE = -107;

  /** A repeat of which the replica cannot tell any more whether it was done; it was not redone. */
  public static final int REPEAT_UNKNOWN = -108;

  /** The successor lacks the version before this one. */
  public static final int MISSING_UPDATE = -109;

  /** Replicas differ at one version; the log names the chunk. */
  public static final int DIVERGED = -110;

  /** The message could not be delivered, or not be answered. */
  public static final int TRANSPORT = -111;

  /** The deadline passed while a successor could not be reached; the update is still on its way. */
  public static final int SUCCESSOR_UNREACHABLE = -112;

  /** The deadline passed; an update that had begun is still on its way. */
  public static final int DEADLINE_EXCEEDED = -113;

  /** The request breaks a rule: kind, range, version or mode. */
  public static final int BAD_REQUEST = -114;

  /** The node has not heard from Mgmtd for so long that its replicas may have been replaced. */
  public static final int LEASE_EXPIRED = -115;

  /** A chunk of a target that is being refilled is not what the update builds on. */
  public static final int NOT_SYNCED = -116;

  /** The chunk waits: further down the chain a target differs, and is about to be taken out. */
  public static final int SUCCESSOR_DIVERGED = -117;

  private ReplicaStatus() {}

  /** The name of a status of this class or of {@link EngineStatus}, for messages. */
  public static String name(int status) {
    return switch (status) {
      case WRONG_CHAIN_VERSION -> "WRONG_CHAIN_VERSION";
      case NOT_SERVING -> "NOT_SERVING";
      case NOT_HEAD -> "NOT_HEAD";
      case NOT_TAIL -> "NOT_TAIL";
      case CHUNK_BUSY -> "CHUNK_BUSY";
      case OVERLOADED -> "OVERLOADED";
      case SUPERSEDED -> "SUPERSEDED";
      case STALE -> "STALE";
      case REPEAT_UNKNOWN -> "REPEAT_UNKNOWN";
      case MISSING_UPDATE -> "MISSING_UPDATE";
      case DIVERGED -> "DIVERGED";
      case TRANSPORT -> "TRANSPORT";
      case SUCCESSOR_UNREACHABLE -> "SUCCESSOR_UNREACHABLE";
      case DEADLINE_EXCEEDED -> "DEADLINE_EXCEEDED";
      case BAD_REQUEST -> "BAD_REQUEST";
      case LEASE_EXPIRED -> "LEASE_EXPIRED";
      case NOT_SYNCED -> "NOT_SYNCED";
      case SUCCESSOR_DIVERGED -> "SUCCESSOR_DIVERGED";
      default -> EngineStatus.name(status);
    };
  }

  /** What a client does about a status of this class or of {@link EngineStatus}. */
  public static RetryClass retryClass(int status) {
    return switch (status) {
      case CHUNK_BUSY,
          OVERLOADED,
          SUPERSEDED,
          NOT_SYNCED,
          SUCCESSOR_DIVERGED,
          EngineStatus.BACK_PRESSURE,
          EngineStatus.PAYLOAD_CORRUPT,
          EngineStatus.VERSION_MISMATCH,
          EngineStatus.UPDATE_PENDING ->
          RetryClass.SAME_PLACE;
      case WRONG_CHAIN_VERSION,
          NOT_SERVING,
          NOT_HEAD,
          NOT_TAIL,
          TRANSPORT,
          SUCCESSOR_UNREACHABLE,
          LEASE_EXPIRED,
          EngineStatus.NO_SUCH_TARGET,
          EngineStatus.CHUNK_CORRUPT,
          EngineStatus.DEVICE_ERROR,
          EngineStatus.ENGINE_CLOSED ->
          RetryClass.REFRESH_ROUTING;
      default -> RetryClass.PERMANENT;
    };
  }
}
