package io.luciola.cluster.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction wants to write: cleared ranges first, then single keys, then versionstamped
 * keys.
 */
final class WriteSet {

  /** A wish for one key. */
  @SuppressWarnings("ArrayRecordComponent") // plain carriers; nobody compares or hashes them
  sealed interface Write {
    /** The value whatever was there; null: removed. */
    record Put(byte @Nullable [] value) implements Write {}

    /** A sum with what is there. */
    record Add(long delta) implements Write {}

    /** A value with the versionstamp put in. */
    record StampedValue(byte[] value, int offset) implements Write {}
  }

  /** A key with the versionstamp put in. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier; nobody compares or hashes it
  record StampedKey(byte[] key, int offset, byte[] value) {

    /** The key for a stamp of one byte repeated: the bounds of what it may become. */
    byte[] filled(byte stampByte) {
      byte[] bound = key.clone();
      Arrays.fill(bound, offset, offset + Transaction.VERSIONSTAMP_BYTES, stampByte);
      return bound;
    }
  }

  final KeyRanges cleared = new KeyRanges();
  final TreeMap<byte[], Write> writes = new TreeMap<>(KeyOrder.COMPARATOR);
  final List<StampedKey> stampedKeys = new ArrayList<>();
  private long bytes;

  void set(byte[] key, byte[] value) {
    put(key, new Write.Put(value), value.length);
  }

  void clear(byte[] key) {
    put(key, new Write.Put(null), 0);
  }

  void clearRange(byte[] begin, byte[] end) {
    if (KeyOrder.COMPARATOR.compare(begin, end) >= 0) {
      return;
    }
    writes.subMap(begin, true, end, false).clear();
    cleared.add(begin, end);
    bytes += begin.length + end.length;
  }

  void add(byte[] key, long delta) {
    Write before = writes.get(key);
    Write after =
        switch (before) {
          case null ->
              cleared.contains(key)
                  ? new Write.Put(LittleEndianSum.of(null, delta))
                  : new Write.Add(delta);
          case Write.Put put -> new Write.Put(LittleEndianSum.of(put.value(), delta));
          case Write.Add add -> new Write.Add(add.delta() + delta);
          case Write.StampedValue stamped ->
              throw new IllegalStateException(
                  "a versionstamped value cannot be added to in the same transaction");
        };
    put(key, after, 8);
  }

  void setStampedValue(byte[] key, byte[] value, int offset) {
    put(key, new Write.StampedValue(value, offset), value.length);
  }

  void setStampedKey(StampedKey stamped) {
    stampedKeys.add(stamped);
    bytes += stamped.key().length + stamped.value().length;
  }

  boolean isEmpty() {
    return cleared.isEmpty() && writes.isEmpty() && stampedKeys.isEmpty();
  }

  /** Bytes of all keys and values ever put in, an upper bound of what will be written. */
  long bytes() {
    return bytes;
  }

  /** Number of records that a commit writes. */
  int size() {
    return cleared.ranges().size() + writes.size() + stampedKeys.size();
  }

  private void put(byte[] key, Write write, int valueBytes) {
    writes.put(key, write);
    bytes += key.length + valueBytes;
  }
}
