package io.luciola.cluster.meta;

import io.luciola.cluster.kv.KeyOrder;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.MetaKeys.Range;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of clients that fell silent. A client is silent for as long as this process has
 * seen its sign of life unchanged, on the monotonic clock: neither clocks that differ nor an outage
 * of Meta end a session early. Used by one thread.
 */
final class SessionPruner {

  private static final Logger LOG = LoggerFactory.getLogger(SessionPruner.class);
  private static final int BATCH = 100;

  /** What was seen of a client, and since when. */
  @SuppressWarnings("ArrayRecordComponent") // a plain pair; nobody compares or hashes it
  private record Seen(byte @Nullable [] signOfLife, long sinceNs) {}

  private final KeyValueStore store;
  private final LongSupplier nanoClock;
  private final long timeoutNs;
  private final Map<Long, Seen> seenByClient = new HashMap<>();

  SessionPruner(KeyValueStore store, LongSupplier nanoClock, Duration timeout) {
    this.store = store;
    this.nanoClock = nanoClock;
    this.timeoutNs = timeout.toNanos();
  }

  /** Looks at every client once; returns how many sessions it ended. */
  int prune() {
    Set<Long> clients = clients();
    seenByClient.keySet().retainAll(clients);
    long nowNs = nanoClock.getAsLong();
    int ended = 0;
    for (long client : clients) {
      byte[] signOfLife = store.run(tx -> tx.getSnapshot(MetaKeys.client(client)));
      Seen seen = seenByClient.get(client);
      if (seen == null || !Arrays.equals(seen.signOfLife(), signOfLife)) {
        seenByClient.put(client, new Seen(signOfLife, nowNs));
      } else if (nowNs - seen.sinceNs() > timeoutNs) {
        ended += endAllOf(client, signOfLife);
      }
    }
    return ended;
  }

  /** All clients that have a session or gave a sign of life. */
  private Set<Long> clients() {
    Set<Long> clients = new HashSet<>();
    for (Range all : List.of(MetaKeys.clientSessions(), MetaKeys.clients())) {
      byte[] from = all.begin();
      while (from != null) {
        byte[] begin = from;
        List<KeyValue> first = store.run(tx -> tx.getRangeSnapshot(begin, all.end(), 1, false));
        from = null;
        if (!first.isEmpty()) {
          byte[] key = first.getFirst().key();
          clients.add(MetaKeys.number(key, 0));
          from = KeyOrder.afterPrefix(Arrays.copyOf(key, 4 + Long.BYTES));
        }
      }
    }
    return clients;
  }

  private int endAllOf(long client, byte @Nullable [] signOfLife) {
    int ended = 0;
    for (int batch = endSome(client, signOfLife); batch > 0; batch = endSome(client, signOfLife)) {
      ended += batch;
    }
    if (ended > 0) {
      LOG.info(
          "Ended {} sessions of client {}, which was silent for too long",
          ended,
          Long.toHexString(client));
    }
    return ended;
  }

  private int endSome(long client, byte @Nullable [] signOfLife) {
    return store.run(
        tx -> {
          if (!Arrays.equals(tx.get(MetaKeys.client(client)), signOfLife)) {
            return 0; // it came back
          }
          Range range = MetaKeys.sessionsOfClient(client);
          List<KeyValue> sessions = tx.getRange(range.begin(), range.end(), BATCH, false);
          for (KeyValue session : sessions) {
            end(tx, session.key());
          }
          if (sessions.isEmpty()) {
            tx.clear(MetaKeys.client(client));
          }
          return sessions.size();
        });
  }

  private static void end(Transaction tx, byte[] clientSessionKey) {
    long inodeId = MetaKeys.number(clientSessionKey, 1);
    long session = MetaKeys.number(clientSessionKey, 2);
    byte[] value = tx.get(MetaKeys.inode(inodeId));
    if (value != null) {
      SessionOperations.endSession(tx, RecordCodec.inode(value), session, false);
    }
    tx.clear(clientSessionKey);
  }
}
