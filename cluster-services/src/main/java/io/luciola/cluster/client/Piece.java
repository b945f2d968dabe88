package io.luciola.cluster.client;

import io.luciola.craq.ReplicaStatus;
import org.jspecify.annotations.Nullable;

/** One chunk I/O: what it is, and how far it has got. Reused; its slot is its writer channel. */
final class Piece {

  /** In place of a {@code ChunkUpdate} kind. */
  static final int READ = 0;

  enum State {
    FREE,
    WAITING,
    SENT
  }

  final int slot;

  State state = State.FREE;
  @Nullable Operation operation;

  int kind;
  int chainId;
  long chunkHi;
  long chunkLo;
  int offsetBytes;
  int lengthBytes;
  int capacityBytes;
  long address;
  int payloadCrc32c;

  /** How fresh the read that is sent has to be, and which version it has to show at least. */
  ReadMode readMode = ReadMode.LINEARIZABLE;

  long minVersion;

  /** Sequence number of the writes of this slot. */
  long sequence;

  /** Whether the write has left at least once under its sequence number. */
  boolean repeat;

  /** Changes with every sending, so that late answers are recognized. */
  int generation;

  /** Where it was sent to last; null before the first sending. */
  @Nullable NodeLink link;

  /** When the answer is overdue. */
  long attemptDeadlineNs;

  /** When it is to be sent (again). */
  long retryNs;

  long backoffNs;

  /** Places of the chain that failed the read, by bit. */
  long triedPlaces;

  /** The place it was sent to. */
  int place;

  /** The version of the chain it was sent by. */
  int sentChainVersion;

  int triedChainVersion;

  /** Why it had to be sent again. */
  int lastStatus;

  String lastReason = "";
  int lastNodeId;

  Piece(int slot) {
    this.slot = slot;
  }

  boolean isRead() {
    return kind == READ;
  }

  /** Number of this sending; never 0 and never negative. */
  long tag() {
    return (long) generation << 32 | slot;
  }

  void begin() {
    repeat = false;
    backoffNs = 0;
    triedPlaces = 0;
    triedChainVersion = 0;
    sentChainVersion = 0;
    lastStatus = ReplicaStatus.OK;
    lastReason = "";
    lastNodeId = 0;
    link = null;
    if (!isRead()) {
      sequence++;
    }
  }

  void nextGeneration() {
    generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
  }
}
