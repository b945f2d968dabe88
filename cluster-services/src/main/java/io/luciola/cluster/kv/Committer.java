package io.luciola.cluster.kv;

import io.luciola.cluster.kv.KvException.Kind;
import io.luciola.cluster.kv.WriteSet.StampedKey;
import io.luciola.cluster.kv.WriteSet.Write;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that commits. Takes what waits as a group, drops the transactions that conflict,
 * gives each of the others a version, makes the group durable, shows it to readers, and only then
 * answers.
 */
final class Committer implements Runnable, VersionedStore {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long MAX_GROUP_BYTES = 4 << 20;
  private static final int MAX_GROUP_SIZE = 1024;
  private static final long IDLE_WAIT_MS = 500;

  /** Gets the committer out of its wait for work. */
  private static final CommitRequest WAKE =
      new CommitRequest(0, 0, new KeyRanges(), new KeyRanges(), new WriteSet());

  private record Publication(long timeNs, long version) {}

  private final VersionedMap map;
  private final Journal journal;
  private final LongSupplier nanoClock;
  private final GroupBody body;
  private final ArrayBlockingQueue<CommitRequest> queue;
  private final WriteHistory history = new WriteHistory();
  private final ArrayDeque<Publication> publications = new ArrayDeque<>();

  private long lastVersion;
  private volatile long visibleVersion;
  private volatile long horizon;
  private volatile boolean closing;
  private volatile boolean ended;
  private volatile @Nullable IOException failure;

  Committer(
      VersionedMap map,
      long version,
      Journal journal,
      int maxQueuedCommits,
      LongSupplier nanoClock) {
    this.map = map;
    this.journal = journal;
    this.nanoClock = nanoClock;
    this.body = new GroupBody(LogFile.RECORD_HEADER_BYTES);
    this.queue = new ArrayBlockingQueue<>(maxQueuedCommits);
    this.lastVersion = version;
    this.visibleVersion = version;
    this.horizon = version;
    publications.add(new Publication(nanoClock.getAsLong(), version));
  }

  @Override
  public byte @Nullable [] get(byte[] key, long version) {
    return map.get(key, version);
  }

  @Override
  public Iterator<KeyValue> scan(
      byte[] begin, byte[] end, long version, boolean reverse, int likelyLimit) {
    return map.scan(begin, end, version, reverse);
  }

  /** Everything up to this version is durable and may be read. */
  long visibleVersion() {
    return visibleVersion;
  }

  @Override
  public long horizon() {
    return horizon;
  }

  @Override
  public void checkUsable() {
    if (ended) {
      throw new KvException(Kind.IO, "the key-value store is closed");
    }
    IOException cause = failure;
    if (cause != null) {
      throw new KvException(
          Kind.IO,
          "the key-value store failed to write its log and needs a restart: " + cause.getMessage(),
          cause);
    }
  }

  /** Waits until the transaction is durable; called by the transactions' threads. */
  @Override
  public long commit(CommitRequest request) {
    checkUsable();
    try {
      queue.put(request);
      if (ended) {
        refuseQueued();
      }
      return request.outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KvException(Kind.COMMIT_UNKNOWN, "interrupted while waiting for the commit", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KvException known) {
        throw known;
      }
      throw new KvException(Kind.COMMIT_UNKNOWN, "the committer failed", e.getCause());
    }
  }

  /** Finishes what is queued, then ends the thread. */
  void close() {
    closing = true;
    if (!queue.offer(WAKE)) {
      LOG.debug("Closing the key-value store while its queue of commits is full");
    }
  }

  @Override
  public void run() {
    List<CommitRequest> group = new ArrayList<>();
    try {
      while (true) {
        group.clear();
        gather(group);
        if (!group.isEmpty()) {
          commitGroup(group);
        } else if (closing) {
          return;
        }
        prune();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("The key-value store's committer died; the store needs a restart", e);
      failure = new IOException("the committer died: " + e, e);
      fail(group, new KvException(Kind.COMMIT_UNKNOWN, "the committer died", e));
    } finally {
      ended = true;
      refuseQueued();
      journal.close();
    }
  }

  private void gather(List<CommitRequest> group) {
    CommitRequest request;
    try {
      request = closing ? queue.poll() : queue.poll(IDLE_WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing = true; // nobody but the owner of this thread interrupts it
      request = queue.poll();
    }
    long bytes = 0;
    while (request != null) {
      if (request != WAKE) {
        group.add(request);
      }
      bytes += request.writes.bytes();
      boolean full = bytes >= MAX_GROUP_BYTES || group.size() >= MAX_GROUP_SIZE;
      request = full ? null : queue.poll();
    }
  }

  private void commitGroup(List<CommitRequest> group) {
    if (failure != null) {
      fail(group, new KvException(Kind.IO, "the key-value store has failed", failure));
      return;
    }
    try {
      journal.reserve(bodyBytesAtMost(group));
    } catch (IOException e) {
      LOG.error("No room in the key-value store's log; commits are refused", e);
      fail(
          group,
          new KvException(
              Kind.IO, "nothing was written, the log cannot grow: " + e.getMessage(), e));
      return;
    }
    body.reset();
    List<CommitRequest> accepted = new ArrayList<>(group.size());
    List<Long> versions = new ArrayList<>(group.size());
    for (CommitRequest request : group) {
      KvException refusal = refusal(request);
      if (refusal != null) {
        request.outcome.completeExceptionally(refusal);
        continue;
      }
      accept(request, ++lastVersion);
      accepted.add(request);
      versions.add(lastVersion);
    }
    if (accepted.isEmpty()) {
      return;
    }
    try {
      journal.append(body);
    } catch (IOException e) {
      LOG.error("The key-value store cannot write its log; it needs a restart", e);
      failure = e;
      fail(accepted, new KvException(Kind.COMMIT_UNKNOWN, "the log could not be written: " + e, e));
      return;
    }
    visibleVersion = lastVersion;
    // After the publication: who begins later than this moment sees this version.
    publications.add(new Publication(nanoClock.getAsLong(), lastVersion));
    for (int i = 0; i < accepted.size(); i++) {
      accepted.get(i).outcome.complete(versions.get(i));
    }
    journal.published(map, lastVersion);
  }

  private static int bodyBytesAtMost(List<CommitRequest> group) {
    long bytes = 0;
    for (CommitRequest request : group) {
      bytes +=
          GroupBody.TRANSACTION_HEADER_BYTES
              + (long) GroupBody.CHANGE_HEADER_BYTES * request.writes.size()
              + request.writes.bytes();
    }
    return Math.toIntExact(bytes);
  }

  private @Nullable KvException refusal(CommitRequest request) {
    if (request.readVersion < horizon
        || nanoClock.getAsLong() - request.startNs > KeyValueStore.MAX_TRANSACTION_AGE_NS) {
      return OptimisticTransaction.tooOld();
    }
    if (history.writtenAfter(request.readVersion, request.readConflicts)) {
      return new KvException(Kind.CONFLICT, "another transaction changed what this one had read");
    }
    return null;
  }

  private void accept(CommitRequest request, long version) {
    WriteSet writes = request.writes;
    body.beginTransaction(version);
    for (Map.Entry<byte[], byte[]> range : writes.cleared.ranges().entrySet()) {
      body.clearRange(range.getKey(), range.getValue());
      map.clearRange(range.getKey(), range.getValue(), version);
    }
    for (Map.Entry<byte[], Write> write : writes.writes.entrySet()) {
      byte[] key = write.getKey();
      put(
          key,
          switch (write.getValue()) {
            case Write.Put put -> put.value();
            case Write.Add add -> LittleEndianSum.of(map.newest(key), add.delta());
            case Write.StampedValue stamped -> stamped(stamped.value(), stamped.offset(), version);
          },
          version);
    }
    for (StampedKey stampedKey : writes.stampedKeys) {
      byte[] key = stamped(stampedKey.key(), stampedKey.offset(), version);
      put(key, stampedKey.value(), version);
      request.writeConflicts.addKey(key);
    }
    history.record(request.writeConflicts, version);
  }

  private void put(byte[] key, byte @Nullable [] value, long version) {
    body.set(key, value);
    map.set(key, value, version);
  }

  private static byte[] stamped(byte[] template, int offset, long version) {
    byte[] result = template.clone();
    byte[] stamp = OptimisticTransaction.stamp(version);
    System.arraycopy(stamp, 0, result, offset, stamp.length);
    return result;
  }

  /** Lets go of versions that no living transaction and no snapshot can read. */
  private void prune() {
    long oldestStartNs = nanoClock.getAsLong() - KeyValueStore.MAX_TRANSACTION_AGE_NS;
    while (!publications.isEmpty() && publications.peek().timeNs - oldestStartNs <= 0) {
      horizon = publications.remove().version;
    }
    map.prune(Math.min(horizon, journal.oldestVersionInUse()));
    history.prune(horizon);
  }

  private void refuseQueued() {
    for (CommitRequest request = queue.poll(); request != null; request = queue.poll()) {
      request.outcome.completeExceptionally(
          new KvException(Kind.IO, "the key-value store is closed; nothing was written"));
    }
  }

  private static void fail(List<CommitRequest> requests, KvException reason) {
    for (CommitRequest request : requests) {
      request.outcome.completeExceptionally(reason);
    }
  }
}
