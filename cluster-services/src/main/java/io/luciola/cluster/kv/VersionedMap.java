package io.luciola.cluster.kv;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The pairs at every version still in use. One thread writes and prunes; any number read, each at a
 * version that is not older than the horizon last pruned to.
 */
final class VersionedMap {

  /** A value from {@code version} on; null: removed. */
  private static final class Revision {
    final long version;
    final byte @Nullable [] value;
    volatile @Nullable Revision older;

    Revision(long version, byte @Nullable [] value, @Nullable Revision older) {
      this.version = version;
      this.value = value;
      this.older = older;
    }

    /** The revision that counts at a version. */
    static @Nullable Revision at(@Nullable Revision newest, long version) {
      Revision revision = newest;
      while (revision != null && revision.version > version) {
        revision = revision.older;
      }
      return revision;
    }
  }

  /** A key whose older revisions are superfluous once the horizon reaches {@code version}. */
  @SuppressWarnings("ArrayRecordComponent") // a plain pair; nobody compares or hashes it
  private record Superseded(long version, byte[] key) {}

  private final ConcurrentSkipListMap<byte[], Revision> newestByKey =
      new ConcurrentSkipListMap<>(KeyOrder.COMPARATOR);
  private final ArrayDeque<Superseded> superseded = new ArrayDeque<>();

  byte @Nullable [] get(byte[] key, long version) {
    Revision revision = Revision.at(newestByKey.get(key), version);
    return revision == null ? null : revision.value;
  }

  /** The newest value, whether published or not; for the writing thread. */
  byte @Nullable [] newest(byte[] key) {
    return get(key, Long.MAX_VALUE);
  }

  /** The pairs of a range at a version; arrays are shared with the map. */
  Iterator<KeyValue> scan(byte[] begin, byte[] end, long version, boolean reverse) {
    if (KeyOrder.COMPARATOR.compare(begin, end) >= 0) {
      return Collections.emptyIterator();
    }
    ConcurrentNavigableMap<byte[], Revision> range = newestByKey.subMap(begin, true, end, false);
    return new Visible((reverse ? range.descendingMap() : range).entrySet().iterator(), version);
  }

  /** All pairs at a version, in order; arrays are shared with the map. */
  Iterator<KeyValue> scanAll(long version) {
    return new Visible(newestByKey.entrySet().iterator(), version);
  }

  void set(byte[] key, byte @Nullable [] value, long version) {
    Revision newest = newestByKey.get(key);
    if (newest == null && value == null) {
      return;
    }
    if (newest != null || value == null) {
      superseded.add(new Superseded(version, key));
    }
    newestByKey.put(key, new Revision(version, value, newest));
  }

  void clearRange(byte[] begin, byte[] end, long version) {
    newestByKey
        .subMap(begin, true, end, false)
        .forEach(
            (key, newest) -> {
              if (newest.value != null) {
                set(key, null, version);
              }
            });
  }

  /** Forgets what only readers of a version below {@code horizon} could see. */
  void prune(long horizon) {
    for (Superseded next = superseded.peek();
        next != null && next.version <= horizon;
        next = superseded.peek()) {
      superseded.remove();
      Revision newest = newestByKey.get(next.key);
      Revision oldestNeeded = Revision.at(newest, horizon);
      if (oldestNeeded == null) {
        continue;
      }
      oldestNeeded.older = null;
      if (oldestNeeded == newest && oldestNeeded.value == null) {
        newestByKey.remove(next.key);
      }
    }
  }

  private static final class Visible implements Iterator<KeyValue> {
    private final Iterator<Map.Entry<byte[], Revision>> entries;
    private final long version;
    private @Nullable KeyValue next;

    Visible(Iterator<Map.Entry<byte[], Revision>> entries, long version) {
      this.entries = entries;
      this.version = version;
    }

    @Override
    public boolean hasNext() {
      while (next == null && entries.hasNext()) {
        Map.Entry<byte[], Revision> entry = entries.next();
        Revision revision = Revision.at(entry.getValue(), version);
        if (revision != null && revision.value != null) {
          next = new KeyValue(entry.getKey(), revision.value);
        }
      }
      return next != null;
    }

    @Override
    public KeyValue next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      KeyValue result = next;
      next = null;
      return result;
    }
  }
}
