package io.luciola.cluster.meta;

import static io.luciola.cluster.meta.MetaHarness.errno;
import static io.luciola.cluster.meta.MetaHarness.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.OpenResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many threads on one name space. */
final class ConcurrentNamespaceTest {

  private static final long ROOT = Namespace.ROOT_INODE;
  private static final int THREADS = 6;

  private MetaHarness meta;
  private Namespace ns;
  private Caller user;

  @BeforeEach
  void start() throws Exception {
    meta = new MetaHarness();
    ns = meta.namespace;
    user = ns.caller(1, 1);
  }

  @AfterEach
  void stop() {
    meta.close();
  }

  @Test
  void manyCreateInOneDirectoryAndEachGetsAnInodeOfItsOwn() throws Exception {
    Set<Long> inodes = ConcurrentHashMap.newKeySet();
    runThreads(
        thread -> {
          for (int i = 0; i < 200; i++) {
            String name = "t" + thread + "-" + i;
            inodes.add(ns.create(user, ROOT, name(name), 0600, true).getInode().getId());
            if (i % 10 == 0) {
              inodes.add(ns.makeDirectory(user, ROOT, name("d" + name), 0700).getId());
            }
          }
        });
    assertEquals(THREADS * 220, inodes.size());
    TreeWalk walk = TreeWalk.of(ns);
    assertEquals(inodes, walk.namesByInode.keySet());
    assertEquals(2 + THREADS * 20, ns.attributes(ROOT).getNlink());
  }

  @Test
  void onlyOneOfManyExclusiveCreatesWins() throws Exception {
    for (int round = 0; round < 30; round++) {
      String name = "f" + round;
      List<Integer> results =
          inThreads(thread -> errno(() -> ns.create(user, ROOT, name(name), 0600, true)));
      assertEquals(1, results.stream().filter(r -> r == 0).count(), results.toString());
      assertTrue(results.stream().allMatch(r -> r == 0 || r == Errno.EEXIST), results.toString());
    }
  }

  @Test
  void aStormOfRenamesLeavesATree() throws Exception {
    int count = 12;
    long[] directories = new long[count];
    for (int i = 0; i < count; i++) {
      long parent = i < 3 ? ROOT : directories[i % 3];
      directories[i] = ns.makeDirectory(user, parent, name("d" + i), 0700).getId();
    }
    Set<Integer> allowed = Set.of(0, Errno.ENOENT, Errno.EINVAL, Errno.ENOTEMPTY);
    List<Integer> moved =
        inThreads(
            thread -> {
              Random random = new Random(thread);
              int successes = 0;
              for (int i = 0; i < 150; i++) {
                long from = anyOf(directories, random);
                long to = anyOf(directories, random);
                String name = "d" + random.nextInt(count);
                boolean exchange = random.nextInt(4) == 0;
                String newName = exchange ? "d" + random.nextInt(count) : name;
                int result =
                    errno(
                        () ->
                            ns.rename(user, from, name(name), to, name(newName), exchange ? 2 : 0));
                assertTrue(allowed.contains(result), () -> Errno.describe(result));
                successes += result == 0 ? 1 : 0;
              }
              return successes;
            });
    assertTrue(moved.stream().mapToInt(Integer::intValue).sum() > 20, moved.toString());
    assertEquals(count, TreeWalk.of(ns).namesByInode.size(), "directories got lost");
  }

  @Test
  void creatingInADirectoryAndRemovingItNeverLosesAFile() throws Exception {
    for (int round = 0; round < 60; round++) {
      long directory = ns.makeDirectory(user, ROOT, name("d" + round), 0700).getId();
      String name = "d" + round;
      inThreads(
          thread ->
              thread % 2 == 0
                  ? errno(() -> ns.removeDirectory(user, ROOT, name(name)))
                  : errno(() -> ns.create(user, directory, name("f" + thread), 0600, true)));
    }
    TreeWalk.of(ns);
  }

  @Test
  void openingAndUnlinkingAtOnceLeavesNothingBehind() throws Exception {
    int rounds = 60;
    for (int round = 0; round < rounds; round++) {
      String name = "f" + round;
      OpenResponse created = ns.create(user, ROOT, name(name), 0600, true);
      long inode = created.getInode().getId();
      inThreads(
          thread ->
              switch (thread) {
                case 0 -> errno(() -> ns.unlink(user, ROOT, name(name)));
                case 1 -> errno(() -> close(created));
                default -> errno(() -> close(ns.open(user, inode, false)));
              });
    }
    assertEquals(rounds, meta.garbageCollector().collect().removed());
    assertEquals(1, ns.statistics().getInodes());
    assertEquals(
        List.of(),
        meta.store.run(
            tx ->
                tx.getRange(
                    MetaKeys.clientSessions().begin(), MetaKeys.clientSessions().end(), 9, false)));
  }

  private void close(OpenResponse open) {
    ns.close(user, open.getInode().getId(), open.getSessionId(), OptionalLong.empty(), 0, 0);
  }

  private static long anyOf(long[] directories, Random random) {
    int index = random.nextInt(directories.length + 1);
    return index == directories.length ? ROOT : directories[index];
  }

  private interface Work {
    int run(int thread) throws Exception;
  }

  private interface PlainWork {
    void run(int thread) throws Exception;
  }

  private static void runThreads(PlainWork work) throws Exception {
    inThreads(
        thread -> {
          work.run(thread);
          return 0;
        });
  }

  private static List<Integer> inThreads(Work work) throws Exception {
    List<Integer> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(threads.submit(() -> work.run(thread)));
      }
      for (Future<Integer> one : running) {
        results.add(one.get());
      }
    }
    return results;
  }
}
