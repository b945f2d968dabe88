package io.luciola.fuse.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes with -9 in the middle of a copy, ten times. Repeat a failure with {@code
 * -Dluciola.seed=SEED}.
 */
class KillMinusNineTest {

  private static final int ROUNDS = 10;
  private static final long LONGEST_WAIT_NS = 60_000_000_000L;

  @TempDir Path directory;

  @Test
  void whatWasFsyncedBeforeAKillIsThereAfterItAndTheMountWorks() throws Exception {
    long seed = Long.getLong("luciola.seed", System.nanoTime());
    Random random = new Random(seed);
    try (MountedCluster cluster = MountedCluster.start(directory, 1, "384MiB")) {
      FsyncingWriter writer = new FsyncingWriter(cluster.path("files"), random.nextLong());
      for (int round = 0; round < ROUNDS; round++) {
        String where = "round " + round + " of seed " + seed;
        int before = writer.acknowledged().size();
        Thread copying = writer.start();
        awaitAcknowledged(writer, before + 1);
        Thread.sleep(random.nextInt(1500));
        cluster.killCluster();
        boolean killMountToo = round % 2 == 1;
        if (killMountToo) {
          cluster.killMount();
        }
        cluster.startCluster();
        writer.stop();
        copying.join();
        if (killMountToo) {
          cluster.mount();
        }
        MountedCluster.dropPageCache();
        verify(writer, where);
        worksAgain(cluster, round);
      }
    }
  }

  /** A kill before anything was acknowledged would show nothing. */
  private static void awaitAcknowledged(FsyncingWriter writer, int files)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + LONGEST_WAIT_NS;
    while (writer.acknowledged().size() < files) {
      assertTrue(
          System.nanoTime() - deadlineNs < 0,
          () -> "only " + writer.acknowledged().size() + " of " + files + " files acknowledged");
      Thread.sleep(10);
    }
  }

  private static void verify(FsyncingWriter writer, String where) throws IOException {
    for (Map.Entry<Path, byte[]> file : writer.acknowledged().entrySet()) {
      if (!file.getKey().equals(writer.inFlight())) {
        assertArrayEquals(
            file.getValue(), Files.readAllBytes(file.getKey()), () -> where + ": " + file.getKey());
      }
    }
    Path open = writer.inFlight();
    if (open == null || !Files.exists(open)) {
      assertTrue(
          open == null || !writer.acknowledged().containsKey(open),
          () -> where + ": " + open + " was acknowledged once and is gone");
      return;
    }
    byte[] found = Files.readAllBytes(open);
    byte[] old = writer.acknowledged().getOrDefault(open, new byte[0]);
    byte[] fresh = writer.inFlightContent();
    assertTrue(
        found.length >= Math.min(old.length, fresh.length)
            && found.length <= Math.max(old.length, fresh.length),
        () -> where + ": " + open + " has " + found.length + " bytes");
    for (int i = 0; i < found.length; i++) {
      boolean isOld = i < old.length && found[i] == old[i];
      boolean isNew = i < fresh.length && found[i] == fresh[i];
      boolean isHole = i >= old.length && found[i] == 0;
      assertTrue(isOld || isNew || isHole, where + ": " + open + " is foreign at byte " + i);
    }
    writer.settle(found);
  }

  private static void worksAgain(MountedCluster cluster, int round) throws IOException {
    Path file = cluster.path("after-" + round);
    Files.writeString(file, "round " + round);
    assertEquals("round " + round, Files.readString(file));
  }
}
