package io.luciola.cluster.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.kv.KvException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RemoteStoreTest extends KeyValueStoreContract {

  private final ManualClock clock = new ManualClock();
  private KvServer server;

  @Override
  KeyValueStore newStore() throws IOException {
    server =
        KvServer.serve(
            EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, clock, new Random(1)),
            new HostPort("127.0.0.1", 0),
            clock);
    return connect();
  }

  private RemoteStore connect() {
    return new RemoteStore(server.address(), clock, new Random(2));
  }

  @Override
  void passTime(long ns) {
    clock.pass(ns);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shouldFetchLongRangesPageByPage() {
    byte[] value = new byte[50_000];
    int pairs = 60; // 3 MB, above the size of a page
    try (RemoteStore store = connect()) {
      store.run(
          t -> {
            IntStream.range(0, pairs).forEach(i -> t.set(new byte[] {1, (byte) i}, value));
            return null;
          });
      for (boolean reverse : List.of(false, true)) {
        List<KeyValue> found =
            store.run(t -> t.getRange(new byte[] {1}, new byte[] {2}, 1_000, reverse));
        assertEquals(
            IntStream.range(0, pairs).mapToObj(i -> reverse ? pairs - 1 - i : i).toList(),
            found.stream().map(pair -> (int) pair.key()[1]).toList());
      }
    }
  }

  @Test
  void shouldLetTwoProcessesShareOneStore() {
    try (RemoteStore one = connect();
        RemoteStore other = connect()) {
      Transaction slow = one.begin();
      slow.get(new byte[] {1});
      slow.set(new byte[] {1}, new byte[] {1});
      other.run(
          t -> {
            t.set(new byte[] {1}, new byte[] {2});
            return null;
          });
      assertEquals(Kind.CONFLICT, assertThrows(KvException.class, slow::commit).kind());
      assertEquals(2, one.run(t -> t.get(new byte[] {1}))[0]);
    }
  }

  @Test
  void shouldNotSayThatACommitWithoutAnAnswerFailed() {
    try (RemoteStore store = connect()) {
      Transaction open = store.begin();
      open.set(new byte[] {1}, new byte[] {1});
      server.close();
      assertEquals(Kind.COMMIT_UNKNOWN, assertThrows(KvException.class, open::commit).kind());
    }
  }
}
