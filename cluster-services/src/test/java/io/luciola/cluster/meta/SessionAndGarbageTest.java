package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.failure;
import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.MakeRequest;
import io.luciola.cluster.meta.proto.MetaGrpc;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a file's chunks may go, and that they do. */
final class SessionAndGarbageTest {

  private static final long ROOT = Namespace.ROOT_INODE;

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "unlink, 0, true", "unlink, 1, false", "unlink, 2, false",
    "rename over, 0, true", "rename over, 1, false", "rename over, 2, false",
    "one of two names, 0, false", "one of two names, 1, false"
  })
  void chunksGoWithTheLastNameAndTheLastSession(String how, int sessions, boolean goesAtOnce)
      throws Exception {
    try (MetaHarness meta = new MetaHarness()) {
      Namespace ns = meta.namespace;
      Caller user = ns.caller(1, 1);
      OpenResponse created = ns.create(user, ROOT, name("f"), 0600, true);
      long inode = created.getInode().getId();
      ns.syncLength(user, inode, 5000, 0, 0);
      OpenResponse second = sessions == 2 ? ns.open(user, inode, false) : created;
      if (sessions == 0) {
        close(ns, user, created);
      }
      switch (how) {
        case "unlink" -> ns.unlink(user, ROOT, name("f"));
        case "rename over" -> {
          close(ns, user, ns.create(user, ROOT, name("g"), 0600, true));
          ns.rename(user, ROOT, name("g"), ROOT, name("f"), 0);
        }
        default -> {
          ns.link(user, inode, ROOT, name("g"));
          ns.unlink(user, ROOT, name("f"));
        }
      }
      assertCollected(meta, goesAtOnce ? Map.of(inode, 5000L) : Map.of());
      if (goesAtOnce) {
        assertEquals(Errno.ENOENT, failure(() -> ns.attributes(inode)));
        return;
      }
      boolean named = how.startsWith("one");
      assertEquals(named ? 1 : 0, ns.attributes(inode).getNlink());
      if (sessions == 2) {
        close(ns, user, second);
        assertCollected(meta, Map.of());
      }
      if (sessions > 0) {
        // The last close tells of more than was known.
        ns.close(user, inode, created.getSessionId(), OptionalLong.of(9000), 0, 1);
      }
      assertCollected(meta, named ? Map.of() : Map.of(inode, 9000L));
      ns.close(user, inode, created.getSessionId(), OptionalLong.empty(), 0, 0);
      if (named) {
        ns.unlink(user, ROOT, name("g"));
        assertCollected(meta, Map.of(inode, sessions > 0 ? 9000L : 5000L));
      }
      assertEquals(Errno.ENOENT, failure(() -> ns.attributes(inode)));
      assertEquals(Errno.ENOENT, failure(() -> ns.open(user, inode, false)));
    }
  }

  @Test
  void lengthsFromBeforeATruncationStillReachTheCollector() throws Exception {
    try (MetaHarness meta = new MetaHarness()) {
      Namespace ns = meta.namespace;
      Caller user = ns.caller(1, 1);
      OpenResponse file = ns.create(user, ROOT, name("f"), 0600, true);
      long inode = file.getInode().getId();
      ns.syncLength(user, inode, 10, 0, 0);
      ns.setAttributes(
          SetAttributesRequest.newBuilder()
              .setCaller(user)
              .setInode(inode)
              .setLengthBytes(0)
              .build());
      assertEquals(0, ns.syncLength(user, inode, 70_000, 0, 0).getLengthBytes());
      close(ns, user, file);
      ns.unlink(user, ROOT, name("f"));
      assertCollected(meta, Map.of(inode, 70_000L));
    }
  }

  @Test
  void aFailedRemovalIsRepeated() throws Exception {
    try (MetaHarness meta = new MetaHarness()) {
      Namespace ns = meta.namespace;
      Caller user = ns.caller(1, 1);
      for (int i = 0; i < 3; i++) {
        close(ns, user, ns.create(user, ROOT, name("f" + i), 0600, true));
        ns.unlink(user, ROOT, name("f" + i));
      }
      meta.removerFails.set(true);
      assertEquals(new GarbageCollector.Pass(0, 3), meta.garbageCollector().collect());
      meta.removerFails.set(false);
      assertEquals(new GarbageCollector.Pass(3, 0), meta.garbageCollector().collect());
      assertEquals(new GarbageCollector.Pass(0, 0), meta.garbageCollector().collect());
      assertEquals(3, meta.removedChunks.size());
    }
  }

  @Test
  void garbageSurvivesARestartAndTheServiceCollectsItAlone() throws Exception {
    long inode;
    try (MetaHarness meta = new MetaHarness(open(), MetaHarness.QUIET, 1)) {
      Caller user = meta.namespace.caller(1, 1);
      OpenResponse file = meta.namespace.create(user, ROOT, name("f"), 0600, true);
      inode = file.getInode().getId();
      close(meta.namespace, user, file);
      meta.namespace.unlink(user, ROOT, name("f"));
    }
    MetaOptions eager =
        new MetaOptions(
            Duration.ofSeconds(60),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofMillis(1));
    try (MetaHarness meta = new MetaHarness(open(), eager, 2)) {
      for (int i = 0; i < 10_000 && meta.removedChunks.isEmpty(); i++) {
        LockSupport.parkNanos(1_000_000);
      }
      assertEquals(Set.of(inode), meta.removedChunks.keySet());
    }
  }

  @Test
  void sessionsOfASilentClientEnd() throws Exception {
    try (MetaHarness meta = new MetaHarness()) {
      SessionPruner pruner = new SessionPruner(meta.store, meta.clock, Duration.ofSeconds(60));
      Caller silent = Caller.newBuilder().setClientId(111).build();
      Caller living = Caller.newBuilder().setClientId(-222).build();
      MetaGrpc.MetaBlockingStub stub = MetaGrpc.newBlockingStub(meta.channel());
      Namespace ns = meta.namespace;
      long lost = 0;
      long kept = 0;
      for (Caller caller : new Caller[] {silent, living}) {
        for (int i = 0; i < 150; i++) {
          var request =
              MakeRequest.newBuilder()
                  .setCaller(caller)
                  .setParent(ROOT)
                  .setName(name("f" + i + caller.getClientId()))
                  .setType(FileType.REGULAR)
                  .setOpenSession(true)
                  .build();
          long inode = stub.create(request).getInode().getId();
          lost = caller.equals(silent) ? inode : lost;
          kept = inode;
          ns.unlink(ns.caller(0, 0), ROOT, request.getName());
        }
      }
      stub.keepAlive(KeepAliveRequest.newBuilder().setClientId(111).build());
      assertEquals(0, pruner.prune(), "a client first seen is alive");
      for (int i = 0; i < 3; i++) {
        meta.clock.pass(Duration.ofSeconds(20).toNanos());
        stub.keepAlive(KeepAliveRequest.newBuilder().setClientId(-222).build());
        assertEquals(0, pruner.prune(), "60 s are not over");
      }
      meta.clock.pass(1);
      assertEquals(150, pruner.prune());
      long gone = lost;
      assertEquals(Errno.ENOENT, failure(() -> ns.attributes(gone)));
      assertEquals(0, ns.attributes(kept).getNlink());
      assertEquals(150, meta.garbageCollector().collect().removed());
      assertEquals(0, pruner.prune());
    }
  }

  @Test
  void theOutageOfMetaEndsNoSession() throws Exception {
    try (MetaHarness meta = new MetaHarness()) {
      meta.namespace.create(meta.namespace.caller(1, 1), ROOT, name("f"), 0600, true);
      meta.clock.pass(Duration.ofDays(1).toNanos());
      SessionPruner afterRestart =
          new SessionPruner(meta.store, meta.clock, Duration.ofSeconds(60));
      assertEquals(0, afterRestart.prune());
    }
  }

  private KeyValueStore open() throws IOException {
    return new EmbeddedStore(temp, EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1));
  }

  private static void close(Namespace ns, Caller user, OpenResponse open) {
    ns.close(user, open.getInode().getId(), open.getSessionId(), OptionalLong.empty(), 0, 0);
  }

  private static void assertCollected(MetaHarness meta, Map<Long, Long> reachByInode) {
    meta.removedChunks.clear();
    assertEquals(
        new GarbageCollector.Pass(reachByInode.size(), 0), meta.garbageCollector().collect());
    assertEquals(reachByInode, Map.copyOf(meta.removedChunks));
    assertTrue(meta.removedChunks.size() <= 1);
  }
}
