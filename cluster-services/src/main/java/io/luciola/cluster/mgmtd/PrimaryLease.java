package io.luciola.cluster.mgmtd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.mgmtd.proto.PrimaryRecord;
import io.luciola.craq.membership.ProbeOutcome;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one Mgmtd of several the primary, by a record in the store that they share. Wall clocks
 * play no part: the holder counts from the sending of its last successful renewal, the others from
 * when they first saw the record as it is, which is later. And the store itself is the fence:
 * {@link #fence} in a transaction makes it fail when the term is over, whatever any clock says.
 *
 * <p>{@link #step} and {@link #release} belong to one thread; the rest is for any.
 */
final class PrimaryLease {

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryLease.class);
  private static final byte[] KEY = "SINGMgmtdLease".getBytes(StandardCharsets.US_ASCII);
  private static final PrimaryRecord NONE = PrimaryRecord.getDefaultInstance();

  private record Held(long term, long sentNs) {}

  private final KeyValueStore store;
  private final long holderId;
  private final String address;
  private final PrimaryLeaseOptions options;
  private final Prober prober;
  private final LongSupplier nanoClock;
  private volatile @Nullable Held held;
  private volatile @Nullable PrimaryRecord observed;
  private long observedSinceNs;

  /**
   * Holds nothing yet.
   *
   * @param holderId a number that no other process has
   * @param address where this Mgmtd serves; empty when others cannot reach it there
   * @param prober looks whether a primary that does not renew its lease has ended
   */
  PrimaryLease(
      KeyValueStore store,
      long holderId,
      String address,
      PrimaryLeaseOptions options,
      Prober prober,
      LongSupplier nanoClock) {
    this.store = store;
    this.holderId = holderId;
    this.address = address;
    this.options = options;
    this.prober = prober;
    this.nanoClock = nanoClock;
  }

  /**
   * Renews the lease when that is due, or looks whether it can be had. To be called several times
   * per renewal interval.
   *
   * @throws io.luciola.cluster.kv.KvException when the store does not answer; the lease runs on
   */
  void step() {
    Held mine = held;
    if (mine != null && isValid(mine)) {
      if (nanoClock.getAsLong() - mine.sentNs >= options.renewal().toNanos()) {
        renew(mine);
      }
      return;
    }
    held = null;
    PrimaryRecord record = observe();
    if (mayTake(record) || hasEnded(record)) {
      take(record);
    }
  }

  private PrimaryRecord observe() {
    PrimaryRecord found = store.run(PrimaryLease::read);
    if (!found.equals(observed)) {
      observed = found;
      observedSinceNs = nanoClock.getAsLong(); // after the reading: not before it was written
    }
    return found;
  }

  private boolean mayTake(PrimaryRecord record) {
    long waitNs = record.getDurationMs() * 1_000_000L;
    return options.aloneOnStore()
        || record.getTerm() == 0
        || record.getHolderId() == holderId
        || nanoClock.getAsLong() - observedSinceNs >= waitNs;
  }

  /**
   * Whether the holder's process is gone: nobody listens where it served. Should it live behind
   * another address after all, it learns at its next renewal that it is the primary no more.
   */
  private boolean hasEnded(PrimaryRecord record) {
    long unchangedNs = nanoClock.getAsLong() - observedSinceNs;
    return unchangedNs > options.renewal().toNanos()
        && !record.getAddress().isEmpty()
        && prober.probe(HostPort.parse(record.getAddress())) == ProbeOutcome.REFUSED;
  }

  private void take(PrimaryRecord before) {
    long sentNs = nanoClock.getAsLong();
    PrimaryRecord next =
        PrimaryRecord.newBuilder()
            .setHolderId(holderId)
            .setTerm(before.getTerm() + 1)
            .setDurationMs((int) options.duration().toMillis())
            .setAddress(address)
            .build();
    boolean taken =
        store.run(
            transaction -> {
              boolean unchanged = read(transaction).equals(before);
              if (unchanged) {
                transaction.set(KEY, next.toByteArray());
              }
              return unchanged;
            });
    if (taken) {
      observed = next;
      held = new Held(next.getTerm(), sentNs);
    }
  }

  private void renew(Held mine) {
    long sentNs = nanoClock.getAsLong();
    PrimaryRecord renewed =
        store.run(
            transaction -> {
              PrimaryRecord record = read(transaction);
              if (!isMine(record, mine.term)) {
                return record;
              }
              PrimaryRecord next = record.toBuilder().setRenewals(record.getRenewals() + 1).build();
              transaction.set(KEY, next.toByteArray());
              return next;
            });
    observed = renewed;
    observedSinceNs = nanoClock.getAsLong();
    held = isMine(renewed, mine.term) ? new Held(mine.term, sentNs) : null;
  }

  /** Steps down, so that another Mgmtd need not wait. */
  void release() {
    Held mine = held;
    held = null;
    if (mine == null) {
      return;
    }
    try {
      store.run(
          transaction -> {
            PrimaryRecord record = read(transaction);
            if (isMine(record, mine.term)) {
              transaction.set(KEY, record.toBuilder().setDurationMs(0).build().toByteArray());
            }
            return null;
          });
    } catch (RuntimeException failure) {
      LOG.warn("could not step down, another Mgmtd has to wait: {}", failure.getMessage());
    }
  }

  /** The term in which this process is the primary now; 0 when it is not. */
  long term() {
    Held mine = held;
    return mine != null && isValid(mine) ? mine.term : 0;
  }

  /** Where this Mgmtd serves; empty when others cannot reach it there. */
  String address() {
    return address;
  }

  /** Where the primary serves, as far as this process knows; empty when it does not. */
  String primaryAddress() {
    PrimaryRecord known = observed;
    return known == null || known.getHolderId() == holderId || known.getDurationMs() == 0
        ? ""
        : known.getAddress();
  }

  /**
   * Makes a transaction commit only while this process is the primary in a term.
   *
   * @throws NotPrimaryException when it is not
   */
  void fence(Transaction transaction, long term) {
    PrimaryRecord record = read(transaction);
    if (!isMine(record, term)) {
      throw new NotPrimaryException(record.getAddress());
    }
  }

  private boolean isMine(PrimaryRecord record, long term) {
    return record.getHolderId() == holderId && record.getTerm() == term;
  }

  private boolean isValid(Held lease) {
    return nanoClock.getAsLong() - lease.sentNs < options.duration().toNanos();
  }

  private static PrimaryRecord read(Transaction transaction) {
    byte[] value = transaction.get(KEY);
    try {
      return value == null ? NONE : PrimaryRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the record of Mgmtd's primary is damaged", damaged);
    }
  }
}
