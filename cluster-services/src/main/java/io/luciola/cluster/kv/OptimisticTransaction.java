package io.luciola.cluster.kv;

import io.luciola.cluster.kv.KvException.Kind;
import io.luciola.cluster.kv.WriteSet.StampedKey;
import io.luciola.cluster.kv.WriteSet.Write;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads at one version, gathers writes, and hands them over with what it has read. */
final class OptimisticTransaction implements Transaction {

  private enum State {
    OPEN,
    COMMITTED,
    ENDED
  }

  private final VersionedStore store;
  private final LongSupplier nanoClock;
  private final long startNs;
  private final long readVersion;
  private final WriteSet writes = new WriteSet();
  private final KeyRanges readConflicts = new KeyRanges();
  private final KeyRanges writeConflicts = new KeyRanges();
  private State state = State.OPEN;
  private long commitVersion = -1;

  /**
   * Begins.
   *
   * @param startNs a moment before {@code readVersion} was the newest visible one: what was visible
   *     then stays readable for the life of the transaction
   */
  OptimisticTransaction(
      VersionedStore store, LongSupplier nanoClock, long startNs, long readVersion) {
    this.store = store;
    this.nanoClock = nanoClock;
    this.startNs = startNs;
    this.readVersion = readVersion;
  }

  @Override
  public long readVersion() {
    return readVersion;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return read(key, false);
  }

  @Override
  public byte @Nullable [] getSnapshot(byte[] key) {
    return read(key, true);
  }

  private byte @Nullable [] read(byte[] key, boolean snapshot) {
    checkOpen();
    checkKey(key);
    refuseStampedKeysIn(key, KeyOrder.after(key));
    Write own = writes.writes.get(key);
    boolean known = own instanceof Write.Put || (own == null && writes.cleared.contains(key));
    byte[] base = known || writes.cleared.contains(key) ? null : store.get(key, readVersion);
    if (!known && !snapshot) {
      readConflicts.addKey(key);
    }
    checkReadable();
    byte[] value = own == null ? base : resolve(own, base);
    return value == null ? null : value.clone();
  }

  @Override
  public List<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return readRange(begin, end, limit, reverse, false);
  }

  @Override
  public List<KeyValue> getRangeSnapshot(byte[] begin, byte[] end, int limit, boolean reverse) {
    return readRange(begin, end, limit, reverse, true);
  }

  private List<KeyValue> readRange(
      byte[] begin, byte[] end, int limit, boolean reverse, boolean snapshot) {
    checkOpen();
    checkRange(begin, end);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    List<KeyValue> found = new ArrayList<>();
    if (KeyOrder.COMPARATOR.compare(begin, end) >= 0) {
      return found;
    }
    refuseStampedKeysIn(begin, end);
    byte[] lastKey = merge(begin, end, limit, reverse, found);
    if (!snapshot) {
      boolean stoppedEarly = found.size() == limit;
      readConflicts.add(
          stoppedEarly && reverse ? lastKey : begin,
          stoppedEarly && !reverse ? KeyOrder.after(lastKey) : end);
    }
    checkReadable();
    return found;
  }

  /** Walks the map and the own writes side by side; returns the last key looked at. */
  private byte[] merge(byte[] begin, byte[] end, int limit, boolean reverse, List<KeyValue> found) {
    NavigableMap<byte[], Write> ownRange = writes.writes.subMap(begin, true, end, false);
    Iterator<Map.Entry<byte[], Write>> own =
        (reverse ? ownRange.descendingMap() : ownRange).entrySet().iterator();
    Iterator<KeyValue> stored = store.scan(begin, end, readVersion, reverse, limit);
    Map.Entry<byte[], Write> nextOwn = own.hasNext() ? own.next() : null;
    KeyValue nextStored = stored.hasNext() ? stored.next() : null;
    byte[] lastKey = begin;
    while (found.size() < limit && (nextOwn != null || nextStored != null)) {
      int order = order(nextStored, nextOwn, reverse);
      byte[] key = order <= 0 ? nextStored.key() : nextOwn.getKey();
      byte[] value = order <= 0 && !writes.cleared.contains(key) ? nextStored.value() : null;
      if (order >= 0) {
        value = resolve(nextOwn.getValue(), value);
        nextOwn = own.hasNext() ? own.next() : null;
      }
      if (order <= 0) {
        nextStored = stored.hasNext() ? stored.next() : null;
      }
      if (value != null) {
        found.add(new KeyValue(key.clone(), value.clone()));
      }
      lastKey = key;
    }
    return lastKey;
  }

  private static int order(
      @Nullable KeyValue stored, Map.@Nullable Entry<byte[], Write> own, boolean reverse) {
    if (stored == null) {
      return 1;
    }
    if (own == null) {
      return -1;
    }
    int order = KeyOrder.COMPARATOR.compare(stored.key(), own.getKey());
    return reverse ? -order : order;
  }

  private static byte @Nullable [] resolve(Write write, byte @Nullable [] base) {
    return switch (write) {
      case Write.Put put -> put.value();
      case Write.Add add -> LittleEndianSum.of(base, add.delta());
      case Write.StampedValue stamped ->
          throw new IllegalStateException(
              "a versionstamped value cannot be read before it is committed");
    };
  }

  private void refuseStampedKeysIn(byte[] begin, byte[] end) {
    for (StampedKey stamped : writes.stampedKeys) {
      if (KeyOrder.COMPARATOR.compare(stamped.filled((byte) 0xFF), begin) >= 0
          && KeyOrder.COMPARATOR.compare(stamped.filled((byte) 0), end) < 0) {
        throw new IllegalStateException(
            "the range may hold a versionstamped key, which cannot be read before it is committed");
      }
    }
  }

  @Override
  public void set(byte[] key, byte[] value) {
    checkOpen();
    checkKey(key);
    checkValue(value);
    writes.set(key, value);
    written(key);
  }

  @Override
  public void clear(byte[] key) {
    checkOpen();
    checkKey(key);
    writes.clear(key);
    written(key);
  }

  @Override
  public void clearRange(byte[] begin, byte[] end) {
    checkOpen();
    checkRange(begin, end);
    writes.clearRange(begin, end);
    writeConflicts.add(begin, end);
    checkSize();
  }

  @Override
  public void add(byte[] key, long delta) {
    checkOpen();
    checkKey(key);
    writes.add(key, delta);
    written(key);
  }

  @Override
  public void setVersionstampedKey(byte[] key, int offset, byte[] value) {
    checkOpen();
    checkKey(key);
    checkValue(value);
    checkStamp(key, offset);
    writes.setStampedKey(new StampedKey(key, offset, value));
    checkSize();
  }

  @Override
  public void setVersionstampedValue(byte[] key, byte[] value, int offset) {
    checkOpen();
    checkKey(key);
    checkValue(value);
    checkStamp(value, offset);
    writes.setStampedValue(key, value, offset);
    written(key);
  }

  private void written(byte[] key) {
    writeConflicts.addKey(key);
    checkSize();
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    checkOpen();
    checkKey(key);
    readConflicts.addKey(key);
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    checkOpen();
    checkRange(begin, end);
    readConflicts.add(begin, end);
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    checkOpen();
    checkRange(begin, end);
    writeConflicts.add(begin, end);
  }

  @Override
  public long commit() {
    checkOpen();
    checkSize();
    state = State.ENDED;
    if (!writes.isEmpty() || !writeConflicts.isEmpty()) {
      commitVersion =
          store.commit(
              new CommitRequest(readVersion, startNs, readConflicts, writeConflicts, writes));
      state = State.COMMITTED;
    }
    return commitVersion;
  }

  @Override
  public byte[] versionstamp() {
    if (state != State.COMMITTED) {
      throw new IllegalStateException("no versionstamp: nothing was committed");
    }
    return stamp(commitVersion);
  }

  /** Every transaction has a version of its own, so that the order within it is always 0. */
  static byte[] stamp(long version) {
    return ByteBuffer.allocate(VERSIONSTAMP_BYTES).putLong(version).putShort((short) 0).array();
  }

  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.ENDED;
    }
  }

  private void checkOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the transaction has ended");
    }
    if (nanoClock.getAsLong() - startNs > KeyValueStore.MAX_TRANSACTION_AGE_NS) {
      throw tooOld();
    }
  }

  /** To be called after reading: what was read is right only if it had not been pruned yet. */
  private void checkReadable() {
    store.checkUsable();
    if (store.horizon() > readVersion) {
      throw tooOld();
    }
  }

  static KvException tooOld() {
    return new KvException(
        Kind.TOO_OLD, "the transaction is older than 5 s: do less in one, or begin again");
  }

  private void checkSize() {
    long bytes = writes.bytes() + readConflicts.keyBytes() + writeConflicts.keyBytes();
    if (bytes > KeyValueStore.MAX_TRANSACTION_BYTES) {
      throw new KvException(
          Kind.TOO_LARGE,
          "the transaction has "
              + bytes
              + " bytes of keys, values and conflict ranges, above the limit of "
              + KeyValueStore.MAX_TRANSACTION_BYTES);
    }
  }

  private static void checkKey(byte[] key) {
    checkKeyLength(key, KeyValueStore.MAX_KEY_BYTES);
    if (key.length > 0 && key[0] == (byte) 0xFF) {
      throw new IllegalArgumentException("a key must not begin with 0xFF");
    }
  }

  private static void checkRange(byte[] begin, byte[] end) {
    // One byte more than a key: the range of the longest key ends behind it.
    checkKeyLength(begin, KeyValueStore.MAX_KEY_BYTES + 1);
    checkKeyLength(end, KeyValueStore.MAX_KEY_BYTES + 1);
    if (end.length > 1 && end[0] == (byte) 0xFF) {
      throw new IllegalArgumentException("a range must not reach beyond the key 0xFF");
    }
  }

  private static void checkKeyLength(byte[] key, int maxBytes) {
    if (key.length > maxBytes) {
      throw new KvException(
          Kind.TOO_LARGE, "a key has " + key.length + " bytes, above the limit of " + maxBytes);
    }
  }

  private static void checkValue(byte[] value) {
    if (value.length > KeyValueStore.MAX_VALUE_BYTES) {
      throw new KvException(
          Kind.TOO_LARGE,
          "a value has "
              + value.length
              + " bytes, above the limit of "
              + KeyValueStore.MAX_VALUE_BYTES);
    }
  }

  private static void checkStamp(byte[] template, int offset) {
    if (offset < 0 || offset > template.length - VERSIONSTAMP_BYTES) {
      throw new IllegalArgumentException(
          "no room for a versionstamp at offset " + offset + " of " + template.length + " bytes");
    }
  }
}
