package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.kv.ManualClock;
import io.luciola.cluster.kv.Transaction;
import io.luciola.craq.membership.ProbeOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrimaryLeaseTest {

  private static final byte[] KEY = "data".getBytes(StandardCharsets.US_ASCII);
  private static final Duration DURATION = Duration.ofSeconds(3);
  private static final Duration RENEWAL = Duration.ofSeconds(1);

  private static final Prober NOBODY = address -> ProbeOutcome.TIMEOUT;

  /** Where nobody listens any more. */
  private @Nullable HostPort ended;

  private final ManualClock clock = new ManualClock();
  private final KeyValueStore store =
      EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1));
  private final PrimaryLease one = lease(1);
  private final PrimaryLease two = lease(2);

  private PrimaryLease lease(int id) {
    return new PrimaryLease(
        store,
        id,
        "10.0.0." + id + ":7420",
        new PrimaryLeaseOptions(DURATION, RENEWAL, false),
        address -> address.equals(ended) ? ProbeOutcome.REFUSED : ProbeOutcome.TIMEOUT,
        clock);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void theFirstOneIsThePrimaryAndTheOthersKnowItsAddress() {
    one.step();
    two.step();
    assertEquals(1, one.term());
    assertEquals(0, two.term());
    assertEquals("10.0.0.1:7420", two.primaryAddress());
  }

  @Test
  void whoRenewsStaysPrimary() {
    for (int i = 0; i < 40; i++) {
      one.step();
      two.step();
      assertEquals(1, one.term());
      assertEquals(0, two.term());
      clock.pass(Duration.ofMillis(400).toNanos());
    }
  }

  @Test
  void aStandbyTakesOverWhenTheRecordStandsStillForTheDurationAndNotBefore() {
    one.step();
    two.step();
    clock.pass(DURATION.toNanos() - 1);
    two.step();
    assertEquals(0, two.term());
    clock.pass(1);
    assertEquals(0, one.term(), "the old one has stopped by itself");
    two.step();
    assertEquals(2, two.term());
    one.step();
    assertEquals("10.0.0.2:7420", one.primaryAddress());
    assertEquals(0, one.term());
  }

  @Test
  void aStandbyCountsFromWhenItSawTheRecordFirst() {
    one.step();
    clock.pass(Duration.ofHours(1).toNanos());
    two.step();
    assertEquals(0, two.term());
    clock.pass(DURATION.toNanos());
    two.step();
    assertEquals(2, two.term());
  }

  @Test
  void ofTwoThatWantToTakeOverOneDoes() {
    PrimaryLease three = lease(3);
    one.step();
    two.step();
    three.step();
    clock.pass(DURATION.toNanos());
    two.step();
    three.step();
    assertEquals(2, two.term());
    assertEquals(0, three.term());
    clock.pass(DURATION.toNanos() / 2);
    two.step();
    three.step();
    clock.pass(DURATION.toNanos() / 2);
    three.step();
    assertEquals(0, three.term(), "the record was renewed");
  }

  @Test
  void aPrimaryThatWasPausedCannotWrite() {
    one.step();
    long term = one.term();
    Transaction paused = store.begin();
    one.fence(paused, term);
    paused.set(KEY, new byte[] {1});
    two.step();
    clock.pass(DURATION.toNanos());
    two.step();
    assertEquals(2, two.term());
    assertEquals(KvException.Kind.CONFLICT, assertThrows(KvException.class, paused::commit).kind());
    NotPrimaryException refused =
        assertThrows(
            NotPrimaryException.class,
            () ->
                store.run(
                    transaction -> {
                      one.fence(transaction, term);
                      transaction.set(KEY, new byte[] {1});
                      return null;
                    }));
    assertEquals("10.0.0.2:7420", refused.primaryAddress());
    assertNull(store.run(transaction -> transaction.get(KEY)));
  }

  @Test
  void aPrimaryThatMissedItsRenewalsComesBackInANewTerm() {
    one.step();
    clock.pass(DURATION.toNanos() + 5);
    assertEquals(0, one.term());
    one.step();
    assertEquals(2, one.term(), "nobody else took over, but what it knew is not to be trusted");
  }

  @Test
  void whoStepsDownIsSucceededAtOnce() {
    one.step();
    two.step();
    one.release();
    assertEquals(0, one.term());
    two.step();
    assertEquals(2, two.term());
  }

  @Test
  void aPrimaryWhoseProcessHasEndedIsNotWaitedFor() {
    one.step();
    two.step();
    ended = new HostPort("10.0.0.1", 7420);
    clock.pass(RENEWAL.toNanos());
    two.step();
    assertEquals(0, two.term(), "it may just be about to renew");
    clock.pass(1);
    two.step();
    assertEquals(2, two.term());
  }

  @Test
  void whoIsAloneOnItsStoreDoesNotWaitForItsFormerSelf() {
    one.step();
    PrimaryLease restarted =
        new PrimaryLease(
            store, 9, "", new PrimaryLeaseOptions(DURATION, RENEWAL, true), NOBODY, clock);
    restarted.step();
    assertEquals(2, restarted.term());
  }

  @Test
  void neverTwoPrimariesAtOnceWhateverTheirPauses() {
    Random random = new Random(20_261_127);
    List<PrimaryLease> all = List.of(one, two, lease(3));
    long lastTerm = 0;
    for (int i = 0; i < 20_000; i++) {
      clock.pass(random.nextLong(random.nextInt(10) == 0 ? 4_000_000_000L : 300_000_000L));
      all.get(random.nextInt(all.size())).step();
      List<Long> terms = all.stream().map(PrimaryLease::term).filter(term -> term > 0).toList();
      assertTrue(terms.size() <= 1, "two primaries in step " + i + ": " + terms);
      if (!terms.isEmpty()) {
        assertTrue(terms.getFirst() >= lastTerm, "terms went back in step " + i);
        lastTerm = terms.getFirst();
      }
    }
    assertTrue(lastTerm > 10, "the lease never changed hands");
  }

  @Test
  void clocksOfDifferentProcessesNeedNotAgree() {
    LongSupplier other = () -> clock.getAsLong() - 77_777_777_777L;
    PrimaryLease elsewhere =
        new PrimaryLease(
            store,
            4,
            "10.0.0.4:7420",
            new PrimaryLeaseOptions(DURATION, RENEWAL, false),
            NOBODY,
            other);
    one.step();
    elsewhere.step();
    clock.pass(DURATION.toNanos());
    elsewhere.step();
    assertEquals(2, elsewhere.term());
  }
}
