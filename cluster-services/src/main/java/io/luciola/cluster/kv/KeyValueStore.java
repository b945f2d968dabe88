package io.luciola.cluster.kv;

import java.util.function.Function;

/**
 * An ordered map from bytes to bytes, changed by strictly serializable transactions. Keys are
 * ordered as unsigned bytes; the first byte of a key is not 0xFF. Safe for any number of threads.
 */
public interface KeyValueStore extends AutoCloseable {

  /** Most bytes of a key. */
  int MAX_KEY_BYTES = 10_000;

  /** Most bytes of a value. */
  int MAX_VALUE_BYTES = 100_000;

  /** Most bytes that a transaction may write and watch, keys and values together. */
  int MAX_TRANSACTION_BYTES = 10_000_000;

  /** How long after its begin a transaction may read and commit. */
  long MAX_TRANSACTION_AGE_NS = 5_000_000_000L;

  /**
   * Begins a transaction. It sees everything that was committed before the call, and nothing later.
   *
   * @throws KvException of kind IO when the store is closed or has failed
   */
  Transaction begin();

  /**
   * Runs {@code body} in a transaction and commits it; begins again after a conflict or when it got
   * too old, with a growing pause and a bounded number of times. What {@code body} throws ends the
   * transaction without writing. {@code body} may run several times and must not have other
   * effects; it neither commits nor closes the transaction.
   *
   * @return what the run of {@code body} that was committed returned
   * @throws KvException when it did not commit, or when that is not known
   */
  <T> T run(Function<Transaction, T> body);

  /**
   * Ends the store's threads and frees its files. Transactions still open fail with kind IO;
   * commits under way are finished first.
   */
  @Override
  void close();
}
