package io.luciola.cluster.kv;

import java.io.IOException;

/** Where the committer makes groups of transactions durable. Used by the committer only. */
interface Journal extends AutoCloseable {

  /**
   * Makes room, so that an append of this size fails only when the device does.
   *
   * @throws IOException when there is no room; nothing was written
   */
  void reserve(int bodyBytes) throws IOException;

  /**
   * Writes a group; it is durable when this returns.
   *
   * @throws IOException when that is not known; the journal must not be used any more
   */
  void append(GroupBody body) throws IOException;

  /** Told after a group's transactions became visible, so that a snapshot may be begun. */
  void published(VersionedMap map, long version);

  /** The oldest version that a snapshot under way still reads, or Long.MAX_VALUE. */
  long oldestVersionInUse();

  @Override
  void close();

  /** Keeps nothing: the store lives in memory only. */
  Journal NONE =
      new Journal() {
        @Override
        public void reserve(int bodyBytes) {}

        @Override
        public void append(GroupBody body) {}

        @Override
        public void published(VersionedMap map, long version) {}

        @Override
        public long oldestVersionInUse() {
          return Long.MAX_VALUE;
        }

        @Override
        public void close() {}
      };
}
