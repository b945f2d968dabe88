package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;

import io.luciola.craq.RefillBatch;

/** The payload of COMPARE_CHUNKS and LIST_CHUNKS_REPLY: 64 bytes for each chunk. */
public final class ChunkRecords {

  /** Bytes of one record. */
  public static final int RECORD_BYTES = 64;

  /** Bytes of the largest payload. */
  public static final int MAX_BYTES = RefillBatch.CAPACITY * RECORD_BYTES;

  private static final int CHUNK_HI = 0;
  private static final int CHUNK_LO = 8;
  private static final int VERSION = 16;
  private static final int DIGEST = 24;
  private static final int CLIENT_ID = 32;
  private static final int SEQUENCE = 40;
  private static final int CHANNEL = 48;
  private static final int LENGTH_BYTES = 52;

  private ChunkRecords() {}

  /** Writes the chunks of a batch; returns how many bytes they take. */
  public static int write(RefillBatch batch, long address) {
    for (int i = 0; i < batch.count; i++) {
      long at = address + (long) i * RECORD_BYTES;
      putLong(at + CHUNK_HI, batch.chunkHi[i]);
      putLong(at + CHUNK_LO, batch.chunkLo[i]);
      putLong(at + VERSION, batch.version[i]);
      putLong(at + DIGEST, batch.digest[i]);
      putLong(at + CLIENT_ID, batch.clientId[i]);
      putLong(at + SEQUENCE, batch.sequence[i]);
      putInt(at + CHANNEL, batch.channel[i]);
      putInt(at + LENGTH_BYTES, batch.lengthBytes[i]);
      putLong(at + LENGTH_BYTES + Integer.BYTES, 0);
    }
    return batch.count * RECORD_BYTES;
  }

  /** Reads chunks into a batch. */
  public static void read(RefillBatch batch, long address, int payloadBytes) {
    batch.count = payloadBytes / RECORD_BYTES;
    for (int i = 0; i < batch.count; i++) {
      long at = address + (long) i * RECORD_BYTES;
      batch.chunkHi[i] = getLong(at + CHUNK_HI);
      batch.chunkLo[i] = getLong(at + CHUNK_LO);
      batch.version[i] = getLong(at + VERSION);
      batch.digest[i] = getLong(at + DIGEST);
      batch.clientId[i] = getLong(at + CLIENT_ID);
      batch.sequence[i] = getLong(at + SEQUENCE);
      batch.channel[i] = getInt(at + CHANNEL);
      batch.lengthBytes[i] = getInt(at + LENGTH_BYTES);
      batch.differs[i] = false;
    }
  }

  /** Whether a payload of that length can be one. */
  public static boolean isValidLength(int payloadBytes) {
    return payloadBytes >= 0 && payloadBytes <= MAX_BYTES && payloadBytes % RECORD_BYTES == 0;
  }
}
