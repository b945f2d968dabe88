package io.luciola.cluster.kv;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What a transaction reads from and commits to. Safe for any number of threads. */
interface VersionedStore {

  /** Throws {@link KvException} of kind IO when the store is closed or has failed. */
  void checkUsable();

  /** Versions below this one can no longer be read. */
  long horizon();

  /** The value of a key at a version, or null when there is none. */
  byte @Nullable [] get(byte[] key, long version);

  /**
   * The pairs of a range at a version in key order, or from the end backwards.
   *
   * @param likelyLimit how many the caller is likely to take
   */
  Iterator<KeyValue> scan(byte[] begin, byte[] end, long version, boolean reverse, int likelyLimit);

  /** Commits and returns the version of the commit; throws {@link KvException} otherwise. */
  long commit(CommitRequest request);
}
