package io.luciola.cluster.storage;

import io.luciola.cluster.transport.Connection;
import org.jspecify.annotations.Nullable;

/** What a node keeps of a request while it is in progress; pooled by {@link RequestTable}. */
abstract class Request {

  /** No buffer hangs on the request. */
  static final long NO_BUFFER = 0;

  int index;
  int generation;
  boolean inUse;

  /** Who asked; null for what the node does on its own account. */
  @Nullable Inbound inbound;

  /** The asker's number for it. */
  long askerTag;

  long buffer;
  @Nullable HostedTarget target;

  /** Whether the engine was asked what it knows of the chunk, for the replica. */
  boolean asking;

  /** When that was, by the disk's {@link CommitMarks}. */
  long askedAtCommit;

  /** Whether the engine has it and will complete it. */
  boolean atEngine;

  /** The peer of whom something was asked for this request, until it answered. */
  @Nullable Connection askedPeer;

  /** When that peer is overdue. */
  long peerDeadlineNs;

  /** Upper half of the id of the chunk that it is about. */
  abstract long chunkHi();

  /** Lower half of it. */
  abstract long chunkLo();

  /** Different for every use of the object; never 0 and never negative. */
  final long tag() {
    return (long) generation << 32 | index;
  }

  /** Back to the state of an unused object. */
  void reset() {
    inbound = null;
    askerTag = 0;
    buffer = NO_BUFFER;
    target = null;
    atEngine = false;
    askedPeer = null;
  }
}
