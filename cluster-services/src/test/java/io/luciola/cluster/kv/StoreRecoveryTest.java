package io.luciola.cluster.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a crash, and what is refused. */
final class StoreRecoveryTest {

  private static final byte[] FIRST = {};
  private static final byte[] BEHIND = {(byte) 0xff};

  @TempDir Path temp;

  @Test
  void shouldRecoverAPrefixOfTheCommitsFromEveryPrefixOfTheLog() throws Exception {
    Path original = temp.resolve("original");
    List<Map<String, String>> statesAfterCommit = new ArrayList<>();
    List<Integer> recordEnds = new ArrayList<>();
    byte[] log = writeHistory(original, 12, statesAfterCommit, recordEnds);
    for (int cut = LogFile.HEADER_BYTES; cut <= recordEnds.getLast(); cut++) {
      Path copy = Files.createDirectory(temp.resolve("cut-" + cut));
      Files.write(copy.resolve("log-0000000000000001.wal"), Arrays.copyOf(log, cut));
      int whole = 0;
      // A record is there when its bytes are; the zeros that pad it to 8 may be missing.
      while (whole < 12 && cut >= recordEnds.get(whole)) {
        whole++;
      }
      Map<String, String> found = reopen(copy);
      assertTrue(
          found.equals(statesAfterCommit.get(whole))
              || found.equals(statesAfterCommit.get(Math.min(12, whole + 1))),
          "cut at byte " + cut + ": " + found);
      assertEquals(found, reopen(copy), "a second recovery differs, cut at byte " + cut);
    }
  }

  @Test
  void shouldRefuseAFlippedBitAnywhereButInTheLastRecord() throws Exception {
    Path original = temp.resolve("original");
    List<Map<String, String>> statesAfterCommit = new ArrayList<>();
    List<Integer> recordEnds = new ArrayList<>();
    byte[] log = writeHistory(original, 6, statesAfterCommit, recordEnds);
    int paddedEnds = 0;
    for (int at = 0; at < recordEnds.getLast(); at++) {
      byte[] damaged = log.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      Path copy = Files.createDirectory(temp.resolve("flip-" + at));
      Files.write(copy.resolve("log-0000000000000001.wal"), damaged);
      int record = record(recordEnds, at);
      if ((at >= 36 && at < LogFile.HEADER_BYTES) || isPadding(log, recordEnds, at)) {
        assertEquals(statesAfterCommit.getLast(), reopen(copy), "padding at byte " + at);
        paddedEnds++;
      } else if (record == recordEnds.size() - 1) {
        assertEquals(
            statesAfterCommit.get(recordEnds.size() - 1), reopen(copy), "last record, byte " + at);
      } else {
        IOException refused = assertThrows(IOException.class, () -> reopen(copy), "byte " + at);
        assertTrue(
            refused.getMessage().contains("damaged") || refused.getMessage().contains("format"),
            refused.getMessage());
      }
    }
    assertTrue(paddedEnds > 0);
  }

  @Test
  void shouldRefuseAMissingLog() throws Exception {
    for (int round = 0; round < 3; round++) {
      try (EmbeddedStore store = open(temp, EmbeddedOptions.DEFAULT)) {
        put(store, "round", "" + round);
      }
    }
    Files.delete(temp.resolve("log-0000000000000002.wal"));
    IOException refused =
        assertThrows(IOException.class, () -> open(temp, EmbeddedOptions.DEFAULT));
    assertTrue(refused.getMessage().contains("missing"), refused.getMessage());
  }

  @Test
  void shouldReplaceOldLogsBySnapshots() throws Exception {
    EmbeddedOptions small = new EmbeddedOptions(8192, 64, 100);
    Map<String, String> model = new TreeMap<>();
    Random random = new Random(7);
    for (int restart = 0; restart < 4; restart++) {
      try (EmbeddedStore store = open(temp, small)) {
        assertEquals(model, contents(store));
        for (int i = 0; i < 200; i++) {
          String key = "key " + random.nextInt(300);
          String value = "value " + "x".repeat(random.nextInt(200));
          put(store, key, value);
          model.put(key, value);
        }
      }
    }
    assertEquals(model, reopen(temp));
    assertEquals(1, names("snapshot-").size(), "older snapshots are removed");
    assertTrue(names("log-").size() < 12, () -> "old logs are removed: " + logNames());
  }

  @Test
  void shouldRefuseADamagedSnapshot() throws Exception {
    try (EmbeddedStore store = open(temp, new EmbeddedOptions(4096, 64, 100))) {
      for (int i = 0; i < 100; i++) {
        put(store, "key " + i, "x".repeat(100));
      }
    }
    Path snapshot = names("snapshot-").getFirst();
    byte[] whole = Files.readAllBytes(snapshot);
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      damaged[at] ^= 4;
      Files.write(snapshot, damaged);
      assertThrows(IOException.class, () -> reopen(temp), "byte " + at);
    }
    for (int length : new int[] {0, 7, 40, whole.length / 2, whole.length - 1}) {
      Files.write(snapshot, Arrays.copyOf(whole, length));
      assertThrows(IOException.class, () -> reopen(temp), "length " + length);
    }
    Files.write(snapshot, whole);
    assertEquals(100, reopen(temp).size());
  }

  @Test
  void aSnapshotThatWasNeverFinishedIsRemoved() throws Exception {
    try (EmbeddedStore store = open(temp, EmbeddedOptions.DEFAULT)) {
      put(store, "a", "1");
    }
    Path unfinished = temp.resolve("snapshot-0000000000000001.kv.tmp");
    Files.write(unfinished, new byte[] {1, 2, 3});
    assertEquals("{a=1}", reopen(temp).toString());
    assertTrue(Files.notExists(unfinished));
  }

  private static int record(List<Integer> recordEnds, int at) {
    int record = 0;
    while (at >= recordEnds.get(record)) {
      record++;
    }
    return at < LogFile.HEADER_BYTES ? -1 : record;
  }

  private static boolean isPadding(byte[] log, List<Integer> recordEnds, int at) {
    int record = record(recordEnds, at);
    if (record < 0) {
      return false;
    }
    int start = record == 0 ? LogFile.HEADER_BYTES : recordEnds.get(record - 1);
    int bodyBytes = ByteBuffer.wrap(log).getInt(start);
    return at >= start + LogFile.RECORD_HEADER_BYTES + bodyBytes;
  }

  /**
   * Commits one by one; gives the log's bytes, the state after n commits, and each record's end.
   */
  private static byte[] writeHistory(
      Path directory,
      int commits,
      List<Map<String, String>> statesAfterCommit,
      List<Integer> recordEnds)
      throws IOException {
    Path log = directory.resolve("log-0000000000000001.wal");
    Random random = new Random(5);
    Map<String, String> model = new TreeMap<>();
    statesAfterCommit.add(new TreeMap<>(model));
    try (EmbeddedStore store = open(directory, EmbeddedOptions.DEFAULT)) {
      for (int i = 0; i < commits; i++) {
        int step = i;
        store.run(
            t -> {
              t.set(key("key " + step % 5), key("value " + step + "x".repeat(random.nextInt(9))));
              if (step % 4 == 3) {
                t.clearRange(key("key 0"), key("key 2"));
              }
              t.add(key("zcount"), 1);
              return null;
            });
        model.clear();
        model.putAll(contents(store));
        statesAfterCommit.add(new TreeMap<>(model));
      }
    }
    byte[] bytes = Files.readAllBytes(log);
    int end = LogFile.HEADER_BYTES;
    for (int i = 0; i < commits; i++) {
      int bodyBytes = ByteBuffer.wrap(bytes).getInt(end);
      end += (int) LogFile.aligned(LogFile.RECORD_HEADER_BYTES + (long) bodyBytes);
      recordEnds.add(end);
    }
    return bytes;
  }

  private Map<String, String> reopen(Path directory) throws IOException {
    try (EmbeddedStore store = open(directory, EmbeddedOptions.DEFAULT)) {
      return contents(store);
    }
  }

  private static EmbeddedStore open(Path directory, EmbeddedOptions options) throws IOException {
    return new EmbeddedStore(directory, options, System::nanoTime, new Random(1));
  }

  private static void put(KeyValueStore store, String key, String value) {
    store.run(
        t -> {
          t.set(key(key), key(value));
          return null;
        });
  }

  private static Map<String, String> contents(KeyValueStore store) {
    Map<String, String> found = new TreeMap<>();
    for (KeyValue pair : store.run(t -> t.getRange(FIRST, BEHIND, Integer.MAX_VALUE, false))) {
      found.put(new String(pair.key(), UTF_8), new String(pair.value(), UTF_8));
    }
    return found;
  }

  private List<Path> names(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  private String logNames() {
    try {
      return names("log-").toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(UTF_8);
  }
}
