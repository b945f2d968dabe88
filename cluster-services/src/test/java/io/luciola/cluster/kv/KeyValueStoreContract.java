package io.luciola.cluster.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.kv.KvException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every back end promises. */
abstract class KeyValueStoreContract {

  private KeyValueStore store;

  /** An empty store. */
  abstract KeyValueStore newStore() throws Exception;

  /** Lets time pass for the store. */
  abstract void passTime(long ns) throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = newStore();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  // --- reading and writing

  @Test
  void shouldReadWhatAnEarlierTransactionCommitted() {
    put("a", "1");
    assertEquals("1", get("a"));
    assertNull(get("b"));
  }

  @Test
  void shouldReadItsOwnWrites() {
    put("a", "1");
    put("b", "1");
    put("c", "1");
    try (Transaction t = store.begin()) {
      t.set(key("a"), key("2"));
      t.clear(key("b"));
      t.set(key("bb"), key("new"));
      assertArrayEquals(key("2"), t.get(key("a")));
      assertNull(t.get(key("b")));
      assertEquals(List.of("a=2", "bb=new", "c=1"), pairs(all(t)));
      t.clearRange(key("a"), key("bb"));
      assertNull(t.getSnapshot(key("a")));
      t.set(key("aa"), key("3"));
      assertEquals(List.of("aa=3", "bb=new", "c=1"), pairs(all(t)));
    }
    assertEquals(
        List.of("a=1", "b=1", "c=1"), contents(), "an uncommitted transaction left traces");
  }

  @Test
  void shouldApplyClearsAndSetsInTheOrderOfTheCalls() {
    put("a", "1");
    put("b", "1");
    store.run(
        t -> {
          t.set(key("aa"), key("gone"));
          t.clearRange(key("a"), key("b"));
          t.set(key("ab"), key("stays"));
          t.clear(key("b"));
          t.set(key("b"), key("again"));
          return null;
        });
    assertEquals(List.of("ab=stays", "b=again"), contents());
  }

  @Test
  void shouldReadRangesForwardsAndBackwardsWithLimit() {
    for (String k : List.of("a", "b", "c", "d", "e")) {
      put(k, "1");
    }
    try (Transaction t = store.begin()) {
      t.set(key("bb"), key("2"));
      t.clear(key("d"));
      assertEquals(List.of("b=1", "bb=2"), pairs(t.getRange(key("b"), key("e"), 2, false)));
      assertEquals(List.of("c=1", "bb=2"), pairs(t.getRange(key("b"), key("e"), 2, true)));
      assertEquals(List.of("e=1"), pairs(t.getRangeSnapshot(key("e"), key("z"), 10, false)));
      assertEquals(List.of(), pairs(t.getRange(key("c"), key("c"), 10, false)));
      assertEquals(List.of(), pairs(t.getRange(key("d"), key("a"), 10, false)));
    }
  }

  @Test
  void shouldOrderKeysAsUnsignedBytes() {
    byte[][] keys = {{}, {0}, {0, 0}, {0, 1}, {1}, {0x7f}, {(byte) 0x80}, {(byte) 0xfe, -1}};
    store.run(
        t -> {
          for (int i = keys.length - 1; i >= 0; i--) {
            t.set(keys[i], new byte[] {(byte) i});
          }
          return null;
        });
    List<KeyValue> found = store.run(KeyValueStoreContract::all);
    assertEquals(keys.length, found.size());
    for (int i = 0; i < keys.length; i++) {
      assertArrayEquals(keys[i], found.get(i).key());
    }
  }

  @Test
  void shouldNotShareArraysWithItsReaders() {
    put("a", "1");
    try (Transaction t = store.begin()) {
      t.get(key("a"))[0] = 'x';
      t.getRange(key("a"), key("b"), 1, false).getFirst().value()[0] = 'x';
    }
    assertEquals("1", get("a"));
  }

  // --- isolation

  @Test
  void shouldReadAtOneVersionWhateverOthersCommit() {
    put("a", "1");
    try (Transaction t = store.begin()) {
      put("a", "2");
      put("b", "2");
      assertArrayEquals(key("1"), t.get(key("a")));
      assertEquals(List.of("a=1"), pairs(all(t)));
      assertEquals(-1, t.commit(), "a transaction without writes commits whatever happened");
    }
  }

  @Test
  void shouldSeeEverythingThatWasCommittedBeforeItBegan() {
    long earlier = store.begin().readVersion();
    long committed;
    try (Transaction t = store.begin()) {
      t.set(key("a"), key("1"));
      committed = t.commit();
    }
    try (Transaction t = store.begin()) {
      assertTrue(t.readVersion() >= committed);
      assertTrue(committed > earlier);
    }
  }

  @Test
  void shouldRefuseALostUpdate() {
    put("a", "1");
    Transaction first = store.begin();
    Transaction second = store.begin();
    for (Transaction t : List.of(first, second)) {
      t.set(key("a"), append(t.get(key("a")), "+"));
    }
    first.commit();
    assertFails(Kind.CONFLICT, second::commit);
    assertEquals("1+", get("a"));
  }

  @Test
  void shouldRefuseWriteSkew() {
    put("a", "1");
    put("b", "1");
    Transaction first = store.begin();
    Transaction second = store.begin();
    first.get(key("a"));
    first.set(key("b"), key("2"));
    second.get(key("b"));
    second.set(key("a"), key("2"));
    first.commit();
    assertFails(Kind.CONFLICT, second::commit);
  }

  @Test
  void shouldRefusePhantoms() {
    Transaction empty = store.begin();
    Transaction limited = store.begin();
    Transaction beyond = store.begin();
    put("m", "1");
    assertEquals(List.of(), pairs(empty.getRange(key("k"), key("n"), 10, false)));
    empty.set(key("x"), key("none between k and n"));
    assertFails(Kind.CONFLICT, empty::commit);

    limited.getRange(key("a"), key("m"), 10, false);
    limited.set(key("y"), key("1"));
    limited.commit();

    beyond.getRange(key("a"), key("z"), 10, false);
    beyond.set(key("y"), key("1"));
    assertFails(Kind.CONFLICT, beyond::commit);
  }

  @Test
  void shouldWatchOnlyThePartOfARangeThatALimitedReadSaw() {
    for (String k : List.of("b", "d", "f")) {
      put(k, "1");
    }
    Transaction forwards = store.begin();
    forwards.getRange(key("a"), key("z"), 1, false);
    forwards.set(key("out"), key("1"));
    Transaction backwards = store.begin();
    backwards.getRange(key("a"), key("z"), 1, true);
    backwards.set(key("zz"), key("1"));
    put("d", "2");
    forwards.commit();
    assertFails(Kind.CONFLICT, backwards::commit); // "out" came into its range
    Transaction again = store.begin();
    again.getRange(key("a"), key("z"), 1, false);
    again.set(key("out"), key("1"));
    put("a", "now first");
    assertFails(Kind.CONFLICT, again::commit);
  }

  @Test
  void shouldNotConflictOnSnapshotReads() {
    put("a", "1");
    try (Transaction t = store.begin()) {
      t.getSnapshot(key("a"));
      t.getRangeSnapshot(key("a"), key("z"), 10, false);
      put("a", "2");
      t.set(key("b"), key("1"));
      t.commit();
    }
    assertEquals("1", get("b"));
  }

  @Test
  void shouldConflictOnExplicitRanges() {
    Transaction readsKey = store.begin();
    readsKey.addReadConflictKey(key("a"));
    readsKey.set(key("x"), key("1"));
    Transaction readsRange = store.begin();
    readsRange.addReadConflictRange(key("a"), key("c"));
    readsRange.set(key("x"), key("1"));
    Transaction reader = store.begin();
    reader.get(key("q"));
    reader.set(key("x"), key("1"));
    put("a", "1");
    try (Transaction writes = store.begin()) {
      writes.addWriteConflictRange(key("p"), key("r"));
      assertTrue(writes.commit() >= 0);
    }
    assertFails(Kind.CONFLICT, readsKey::commit);
    assertFails(Kind.CONFLICT, readsRange::commit);
    assertFails(Kind.CONFLICT, reader::commit);
  }

  @Test
  void shouldNotConflictOnBlindWrites() {
    Transaction first = store.begin();
    Transaction second = store.begin();
    first.set(key("a"), key("1"));
    second.set(key("a"), key("2"));
    second.commit();
    first.commit();
    assertEquals("1", get("a"));
  }

  @Test
  void shouldConflictWithAClearedRange() {
    put("a", "1");
    Transaction t = store.begin();
    t.get(key("absent"));
    t.set(key("x"), key("1"));
    store.run(
        other -> {
          other.clearRange(key("aa"), key("b"));
          return null;
        });
    assertFails(Kind.CONFLICT, t::commit);
  }

  @Test
  void shouldRunAgainAfterAConflict() {
    put("a", "0");
    AtomicInteger runs = new AtomicInteger();
    String result =
        store.run(
            t -> {
              byte[] value = t.get(key("a"));
              if (runs.incrementAndGet() == 1) {
                put("a", "other");
              }
              t.set(key("a"), append(value, "+"));
              return "run " + runs.get();
            });
    assertEquals("run 2", result);
    assertEquals("other+", get("a"));
  }

  @Test
  void shouldWriteNothingWhenTheBodyThrows() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                store.run(
                    t -> {
                      t.set(key("a"), key("1"));
                      throw new IllegalStateException("no");
                    }));
    assertEquals("no", thrown.getMessage());
    assertNull(get("a"));
  }

  // --- atomic addition and versionstamps

  @Test
  void shouldAddWithoutConflict() {
    Transaction first = store.begin();
    Transaction second = store.begin();
    first.add(key("n"), 5);
    second.add(key("n"), -7);
    first.commit();
    second.commit();
    assertEquals(-2, number("n"));
    store.run(
        t -> {
          t.add(key("n"), 1);
          t.add(key("n"), 1);
          assertEquals(0, littleEndian(t.get(key("n"))), "reads its own additions");
          t.clear(key("m"));
          t.add(key("m"), 9);
          return null;
        });
    assertEquals(0, number("n"));
    assertEquals(9, number("m"));
  }

  @Test
  void shouldExtendAndCutWhatIsAddedTo() {
    store.run(
        t -> {
          t.set(key("short"), new byte[] {1});
          t.set(key("long"), new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 7});
          return null;
        });
    store.run(
        t -> {
          t.add(key("short"), 256);
          t.add(key("long"), 1);
          return null;
        });
    assertEquals(257, number("short"));
    assertEquals(2, number("long"));
  }

  @Test
  void shouldPutTheVersionstampIntoKeyAndValue() {
    List<byte[]> stamps = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Transaction t = store.begin()) {
        t.setVersionstampedKey(key("k..........z"), 1, key("v"));
        t.setVersionstampedValue(key("value"), key("<..........>"), 1);
        assertThrows(IllegalStateException.class, () -> t.get(key("value")));
        assertThrows(IllegalStateException.class, () -> t.getRange(key("k"), key("l"), 10, false));
        assertThrows(IllegalStateException.class, t::versionstamp);
        t.commit();
        stamps.add(t.versionstamp());
      }
    }
    List<KeyValue> found = store.run(t -> t.getRange(key("k"), key("l"), 10, false));
    assertEquals(3, found.size());
    for (int i = 0; i < 3; i++) {
      byte[] expected = append(append(key("k"), stamps.get(i)), "z");
      assertArrayEquals(expected, found.get(i).key(), "stamped keys come in the order of commits");
    }
    assertArrayEquals(
        append(append(key("<"), stamps.get(2)), ">"), store.run(t -> t.get(key("value"))));
  }

  @Test
  void shouldConflictWithAVersionstampedKey() {
    Transaction t = store.begin();
    t.getRange(key("k"), key("l"), 10, false);
    t.set(key("x"), key("1"));
    store.run(
        other -> {
          other.setVersionstampedKey(key("k.........."), 1, key("v"));
          return null;
        });
    assertFails(Kind.CONFLICT, t::commit);
  }

  // --- limits

  @Test
  void shouldRefuseWhatIsTooLarge() {
    byte[] longestKey = new byte[KeyValueStore.MAX_KEY_BYTES];
    byte[] longestValue = new byte[KeyValueStore.MAX_VALUE_BYTES];
    store.run(
        t -> {
          t.set(longestKey, longestValue);
          return null;
        });
    assertArrayEquals(longestValue, store.run(t -> t.get(longestKey)));
    assertFails(Kind.TOO_LARGE, () -> commitSet(new byte[longestKey.length + 1], key("1")));
    assertFails(Kind.TOO_LARGE, () -> commitSet(key("a"), new byte[longestValue.length + 1]));
    assertFails(
        Kind.TOO_LARGE,
        () ->
            store.run(
                t -> {
                  for (int i = 0; i < 101; i++) {
                    t.set(key("k" + i), longestValue);
                  }
                  return null;
                }));
    assertNull(get("k0"));
  }

  @Test
  void shouldRefuseKeysBeyondTheirSpace() {
    assertThrows(
        IllegalArgumentException.class, () -> commitSet(new byte[] {(byte) 0xff}, key("1")));
    try (Transaction t = store.begin()) {
      assertEquals(List.of(), t.getRange(new byte[0], new byte[] {(byte) 0xff}, 1, false));
    }
  }

  @Test
  void shouldEndATransactionAfterFiveSeconds() throws Exception {
    put("a", "1");
    Transaction reads = store.begin();
    Transaction writes = store.begin();
    writes.set(key("a"), key("late"));
    passTime(KeyValueStore.MAX_TRANSACTION_AGE_NS + 1_000_000);
    assertFails(Kind.TOO_OLD, () -> reads.get(key("a")));
    assertFails(Kind.TOO_OLD, writes::commit);
    assertEquals("1", get("a"));
  }

  @Test
  void shouldKeepOldVersionsForTheLifeOfATransaction() throws Exception {
    put("a", "1");
    put("b", "1");
    Transaction t = store.begin();
    for (int i = 0; i < 4; i++) {
      passTime(KeyValueStore.MAX_TRANSACTION_AGE_NS / 5);
      put("a", "later " + i);
      store.run(
          other -> {
            other.clear(key("b"));
            return null;
          });
    }
    assertEquals(List.of("a=1", "b=1"), pairs(all(t)));
  }

  // --- after the end

  @Test
  void shouldRefuseUseAfterCommitAndAfterClose() {
    Transaction t = store.begin();
    t.set(key("a"), key("1"));
    t.commit();
    assertThrows(IllegalStateException.class, () -> t.get(key("a")));
    assertThrows(IllegalStateException.class, t::commit);
    Transaction open = store.begin();
    open.set(key("a"), key("2"));
    store.close();
    assertFails(Kind.IO, store::begin);
    assertFails(Kind.IO, open::commit);
    store.close();
  }

  // --- helpers

  private void commitSet(byte[] key, byte[] value) {
    store.run(
        t -> {
          t.set(key, value);
          return null;
        });
  }

  private void put(String key, String value) {
    commitSet(key(key), key(value));
  }

  private String get(String key) {
    byte[] value = store.run(t -> t.get(key(key)));
    return value == null ? null : new String(value, UTF_8);
  }

  private long number(String key) {
    return littleEndian(store.run(t -> t.get(key(key))));
  }

  private List<String> contents() {
    return pairs(store.run(KeyValueStoreContract::all));
  }

  private static List<KeyValue> all(Transaction t) {
    return t.getRange(new byte[0], new byte[] {(byte) 0xff}, Integer.MAX_VALUE, false);
  }

  private static List<String> pairs(List<KeyValue> found) {
    return found.stream()
        .map(p -> new String(p.key(), UTF_8) + "=" + new String(p.value(), UTF_8))
        .toList();
  }

  private static long littleEndian(byte[] value) {
    assertEquals(8, value.length);
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] key(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] append(byte[] head, String tail) {
    return append(head, key(tail));
  }

  private static byte[] append(byte[] head, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return whole;
  }

  private static void assertFails(Kind kind, Executable action) {
    assertEquals(kind, assertThrows(KvException.class, action).kind());
  }
}
