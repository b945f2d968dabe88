package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.cluster.kv.KeyOrder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys of everything Meta stores: four letters and then ids. Inode ids are little-endian, so
 * that new ones spread over the servers of a distributed store; other ids are big-endian, so that
 * they come in order.
 */
final class MetaKeys {

  /** A range of keys, {@code end} excluded. */
  @SuppressWarnings("ArrayRecordComponent") // a plain pair; nobody compares or hashes it
  record Range(byte[] begin, byte[] end) {
    static Range ofPrefix(byte[] prefix) {
      return new Range(prefix, KeyOrder.afterPrefix(prefix));
    }

    /** The part behind a key. */
    Range after(byte[] key) {
      return new Range(KeyOrder.after(key), end);
    }
  }

  private static final int TAG_BYTES = 4;

  private MetaKeys() {}

  /** Inode record. */
  static byte[] inode(long inode) {
    return key("INOD", Long.reverseBytes(inode));
  }

  /** Time of the last change of a directory's entries; written without being read. */
  static byte[] directoryTime(long inode) {
    return key("DIRT", Long.reverseBytes(inode));
  }

  /** Number of a directory's subdirectories; changed by atomic addition. */
  static byte[] subdirectories(long inode) {
    return key("DIRN", Long.reverseBytes(inode));
  }

  /** Directory entry. */
  static byte[] entry(long parent, ByteString name) {
    byte[] prefix = key("DENT", Long.reverseBytes(parent));
    return ByteBuffer.allocate(prefix.length + name.size())
        .put(prefix)
        .put(name.asReadOnlyByteBuffer())
        .array();
  }

  static Range entries(long parent) {
    return Range.ofPrefix(key("DENT", Long.reverseBytes(parent)));
  }

  static ByteString nameOfEntry(byte[] key) {
    int prefixBytes = TAG_BYTES + Long.BYTES;
    return ByteString.copyFrom(key, prefixBytes, key.length - prefixBytes);
  }

  /** Session, by file. */
  static byte[] session(long inode, long session) {
    return key("INOS", Long.reverseBytes(inode), session);
  }

  static Range sessionsOf(long inode) {
    return Range.ofPrefix(key("INOS", Long.reverseBytes(inode)));
  }

  /** Session, by client. */
  static byte[] clientSession(long client, long inode, long session) {
    return key("CSES", client, inode, session);
  }

  static Range sessionsOfClient(long client) {
    return Range.ofPrefix(key("CSES", client));
  }

  static Range clientSessions() {
    return Range.ofPrefix(key("CSES"));
  }

  /** The last sign of life of a client. */
  static byte[] client(long client) {
    return key("CLNT", client);
  }

  static Range clients() {
    return Range.ofPrefix(key("CLNT"));
  }

  /** Inode record of a file whose chunks are to be removed. */
  static byte[] garbage(long inode) {
    return key("GCQU", Long.reverseBytes(inode));
  }

  static Range allGarbage() {
    return Range.ofPrefix(key("GCQU"));
  }

  /** Answer to a request that changed something. */
  static byte[] answer(long client, long request) {
    return key("IDEM", client, request);
  }

  static Range answers() {
    return Range.ofPrefix(key("IDEM"));
  }

  /** Number of the next batch of inode ids of a shard. */
  static byte[] inodeIdBatch(int shard) {
    return keyWithByte("IALC", shard);
  }

  /** Number of inodes; the shards' sum counts. Changed by atomic addition. */
  static byte[] inodeCount(int shard) {
    return keyWithByte("STAT", shard);
  }

  static Range inodeCounts() {
    return Range.ofPrefix(key("STAT"));
  }

  /** The n-th of the big-endian numbers behind a key's tag. */
  static long number(byte[] key, int index) {
    return ByteBuffer.wrap(key).getLong(TAG_BYTES + index * Long.BYTES);
  }

  private static byte[] key(String tag, long... numbers) {
    ByteBuffer key = ByteBuffer.allocate(TAG_BYTES + numbers.length * Long.BYTES);
    key.put(tag.getBytes(StandardCharsets.US_ASCII));
    for (long number : numbers) {
      key.putLong(number);
    }
    return key.array();
  }

  private static byte[] keyWithByte(String tag, int last) {
    return ByteBuffer.allocate(TAG_BYTES + 1)
        .put(tag.getBytes(StandardCharsets.US_ASCII))
        .put((byte) last)
        .array();
  }
}
