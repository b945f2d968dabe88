package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.ChunkId;
import java.util.HexFormat;

/** What is known of a chunk on one target, as the chunk verbs show it. */
record ChunkView(
    String chunk,
    long inode,
    long index,
    long committedVersion,
    long pendingVersion,
    int lengthBytes,
    int capacityBytes,
    String digest,
    String clientId,
    int channel,
    long sequence) {

  static ChunkView of(ChunkStat chunk) {
    return new ChunkView(
        ChunkId.toString(chunk.chunkHi, chunk.chunkLo),
        ChunkId.inode(chunk.chunkHi, chunk.chunkLo),
        Integer.toUnsignedLong(ChunkId.chunkIndex(chunk.chunkLo)),
        chunk.committedVersion,
        chunk.pendingVersion,
        chunk.committedLengthBytes,
        chunk.capacityBytes,
        hex(chunk.committedDigest),
        hex(chunk.committedClientId),
        chunk.committedChannel,
        chunk.committedSequence);
  }

  static String hex(long number) {
    return HexFormat.of().toHexDigits(number);
  }
}
