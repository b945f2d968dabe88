package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;

import io.luciola.blockstore.engine.ChunkStat;

/** The payload of DUMP_CHUNKS_REPLY: 128 bytes for each chunk, all that is known of it. */
public final class ChunkStatRecords {

  /** Bytes of one record. */
  public static final int RECORD_BYTES = 128;

  /** Most records in an answer. */
  public static final int MAX_RECORDS = 128;

  /** Bytes of the largest payload. */
  public static final int MAX_BYTES = MAX_RECORDS * RECORD_BYTES;

  /** DUMP_CHUNKS, {@link RequestFrame#kind()}: chunks from a cursor on. */
  public static final int FROM_CURSOR = 0;

  /** DUMP_CHUNKS, {@link RequestFrame#kind()}: the one chunk whose id the request has. */
  public static final int ONE_CHUNK = 1;

  private static final int CHUNK_HI = 0;
  private static final int CHUNK_LO = 8;
  private static final int COMMITTED = 16;
  private static final int PENDING = 64;
  private static final int VERSION = 0;
  private static final int DIGEST = 8;
  private static final int CLIENT_ID = 16;
  private static final int SEQUENCE = 24;
  private static final int CHANNEL = 32;
  private static final int LENGTH_BYTES = 36;
  private static final int CHAIN_VERSION = 40;
  private static final int KIND = 44;
  private static final int CAPACITY_BYTES = 112;
  private static final int RESERVED = 116;

  private ChunkStatRecords() {}

  /** Writes a chunk as the record at an index. */
  public static void write(ChunkStat chunk, long address, int index) {
    long at = address + (long) index * RECORD_BYTES;
    putLong(at + CHUNK_HI, chunk.chunkHi);
    putLong(at + CHUNK_LO, chunk.chunkLo);
    long committed = at + COMMITTED;
    putLong(committed + VERSION, chunk.committedVersion);
    putLong(committed + DIGEST, chunk.committedDigest);
    putLong(committed + CLIENT_ID, chunk.committedClientId);
    putLong(committed + SEQUENCE, chunk.committedSequence);
    putInt(committed + CHANNEL, chunk.committedChannel);
    putInt(committed + LENGTH_BYTES, chunk.committedLengthBytes);
    putInt(committed + CHAIN_VERSION, chunk.committedChainVersion);
    putInt(committed + KIND, 0);
    long pending = at + PENDING;
    putLong(pending + VERSION, chunk.pendingVersion);
    putLong(pending + DIGEST, chunk.pendingDigest);
    putLong(pending + CLIENT_ID, chunk.pendingClientId);
    putLong(pending + SEQUENCE, chunk.pendingSequence);
    putInt(pending + CHANNEL, chunk.pendingChannel);
    putInt(pending + LENGTH_BYTES, chunk.pendingLengthBytes);
    putInt(pending + CHAIN_VERSION, chunk.pendingChainVersion);
    putInt(pending + KIND, chunk.pendingKind);
    putInt(at + CAPACITY_BYTES, chunk.capacityBytes);
    putInt(at + RESERVED, 0);
    putLong(at + RESERVED + Integer.BYTES, 0);
  }

  /** The chunk of the record at an index, as an object of its own. */
  public static ChunkStat read(long address, int index) {
    long at = address + (long) index * RECORD_BYTES;
    ChunkStat chunk = new ChunkStat();
    chunk.chunkHi = getLong(at + CHUNK_HI);
    chunk.chunkLo = getLong(at + CHUNK_LO);
    long committed = at + COMMITTED;
    chunk.committedVersion = getLong(committed + VERSION);
    chunk.committedDigest = getLong(committed + DIGEST);
    chunk.committedClientId = getLong(committed + CLIENT_ID);
    chunk.committedSequence = getLong(committed + SEQUENCE);
    chunk.committedChannel = getInt(committed + CHANNEL);
    chunk.committedLengthBytes = getInt(committed + LENGTH_BYTES);
    chunk.committedChainVersion = getInt(committed + CHAIN_VERSION);
    long pending = at + PENDING;
    chunk.pendingVersion = getLong(pending + VERSION);
    chunk.pendingDigest = getLong(pending + DIGEST);
    chunk.pendingClientId = getLong(pending + CLIENT_ID);
    chunk.pendingSequence = getLong(pending + SEQUENCE);
    chunk.pendingChannel = getInt(pending + CHANNEL);
    chunk.pendingLengthBytes = getInt(pending + LENGTH_BYTES);
    chunk.pendingChainVersion = getInt(pending + CHAIN_VERSION);
    chunk.pendingKind = getInt(pending + KIND);
    chunk.capacityBytes = getInt(at + CAPACITY_BYTES);
    return chunk;
  }

  /** Whether a payload of that length can be one. */
  public static boolean isValidLength(int payloadBytes) {
    return payloadBytes >= 0 && payloadBytes <= MAX_BYTES && payloadBytes % RECORD_BYTES == 0;
  }
}
