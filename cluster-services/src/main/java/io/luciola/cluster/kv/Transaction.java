package io.luciola.cluster.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads at one version, and writes that happen all at once at commit or not at all. Belongs to one
 * thread at a time. Reads see the transaction's own writes.
 *
 * <p>A plain read makes the commit fail with CONFLICT when another transaction changed what was
 * read in between; a snapshot read does not. A transaction that writes nothing always commits.
 * Arrays given in must not be changed afterwards. All methods throw {@link KvException}: TOO_OLD
 * after five seconds, TOO_LARGE above the limits, IO when the store has failed.
 */
public interface Transaction extends AutoCloseable {

  /** Length of a versionstamp: the commit version (8) and an order within it (2), big-endian. */
  int VERSIONSTAMP_BYTES = 10;

  /** The version this transaction reads at; never falls from one transaction to a later one. */
  long readVersion();

  /** The value of a key, or null when there is none. */
  byte @Nullable [] get(byte[] key);

  /** Like {@link #get}, without a read conflict. */
  byte @Nullable [] getSnapshot(byte[] key);

  /**
   * The first pairs of a range in key order, or, in reverse, the last ones from the end backwards.
   * The read conflict covers what was looked at, so also the gaps where nothing was found.
   *
   * @param begin first key of the range
   * @param end first key behind the range
   * @param limit most pairs to return, at least 1
   */
  List<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse);

  /** Like {@link #getRange}, without a read conflict. */
  List<KeyValue> getRangeSnapshot(byte[] begin, byte[] end, int limit, boolean reverse);

  /** Sets a key. */
  void set(byte[] key, byte[] value);

  /** Removes a key; nothing happens when it is not there. */
  void clear(byte[] key);

  /** Removes all keys from {@code begin} up to but not including {@code end}. */
  void clearRange(byte[] begin, byte[] end);

  /**
   * Adds to the value as a little-endian number of 8 bytes, at commit and without a read conflict.
   * A missing value counts as 0, a shorter one is extended by zeros, a longer one is cut.
   */
  void add(byte[] key, long delta);

  /**
   * Sets a key of which {@link #VERSIONSTAMP_BYTES} bytes from {@code offset} on are replaced by
   * the versionstamp of the commit. The transaction itself cannot read it: trying to throws
   * IllegalStateException.
   */
  void setVersionstampedKey(byte[] key, int offset, byte[] value);

  /**
   * Sets a key to a value of which {@link #VERSIONSTAMP_BYTES} bytes from {@code offset} on are
   * replaced by the versionstamp of the commit. The transaction itself cannot read it: trying to
   * throws IllegalStateException.
   */
  void setVersionstampedValue(byte[] key, byte[] value, int offset);

  /** Makes the commit fail when another transaction changes the key, as if it had been read. */
  void addReadConflictKey(byte[] key);

  /** Makes the commit fail when another transaction changes something in the range. */
  void addReadConflictRange(byte[] begin, byte[] end);

  /** Makes other transactions that read something in the range conflict with this one. */
  void addWriteConflictRange(byte[] begin, byte[] end);

  /**
   * Commits. When it returns, the writes are durable and every later transaction sees them. The
   * transaction can not be used afterwards.
   *
   * @return the version of the commit, or -1 when there was nothing to write
   */
  long commit();

  /**
   * The versionstamp of the commit.
   *
   * @throws IllegalStateException unless a commit with writes has succeeded
   */
  byte[] versionstamp();

  /** Ends the transaction; what was not committed is forgotten. */
  @Override
  void close();
}
