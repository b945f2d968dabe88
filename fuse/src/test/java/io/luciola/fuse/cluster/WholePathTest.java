package io.luciola.fuse.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree goes into a mount, through a restart of everything, and comes back the same. */
class WholePathTest {

  /**
   * Names, types, permissions, times and link counts; directories' times change with their entries.
   */
  private static final String LISTING =
      "find . -mindepth 1 \\( -type d -printf '%p %y %m\\n' \\) -o"
          + " -printf '%p %y %m %n %s %T@ %l\\n' | LC_ALL=C sort";

  private static final long SPACE_BACK_WITHIN_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path directory;

  @Test
  void aTreeIsTheSameAfterARestart() throws Exception {
    roundTrip(400, 48, 1, "384MiB");
  }

  @Test
  @Tag("slow")
  void fiveThousandSmallFilesAndTwoGibibytesAreTheSameAfterARestart() throws Exception {
    roundTrip(5000, 2048, 2, "4GiB");
  }

  private void roundTrip(int files, int largeMib, int disksPerNode, String diskSize)
      throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    generate(source, files, largeMib);
    try (MountedCluster cluster = MountedCluster.start(directory, disksPerNode, diskSize)) {
      long freeBefore = Files.getFileStore(cluster.path("")).getUsableSpace();
      Path copy = cluster.path("copy");
      MountedCluster.bash(directory, "cp -a source " + copy);
      same(source, copy);
      cluster.unmount();
      cluster.stopCluster();
      cluster.startCluster();
      cluster.mount();
      same(source, copy);
      long freeWithTree = Files.getFileStore(cluster.path("")).getUsableSpace();
      assertTrue(freeWithTree < freeBefore - (long) largeMib * (1 << 20), "df shows no use");
      MountedCluster.bash(directory, "rm -rf " + copy);
      spaceComesBack(cluster, freeBefore - freeBefore / 20);
    }
  }

  private static void generate(Path source, int files, int largeMib) throws Exception {
    MountedCluster.bash(
        source,
        """
        for i in $(seq 0 $((%d - 1))); do
          dir=d$((i %% 7))/e$((i %% 3))
          mkdir -p $dir
          head -c $((i * 37 %% 9001)) /dev/urandom > $dir/f$i
        done
        head -c %dM /dev/urandom > large
        mkdir -p deep/a/b/c/d/e/f/g/h
        echo deep > deep/a/b/c/d/e/f/g/h/file
        echo 'odd' > "deep/a name with  blanks, ünïcödé and 'quotes'"
        printf 'bytes' > "deep/$(printf 'not-utf8-\\\\377')"
        ln -s ../large deep/link
        ln -s nowhere deep/dangling
        ln large deep/hard
        truncate -s 3M deep/sparse
        printf x | dd of=deep/sparse bs=1 seek=2000000 conv=notrunc status=none
        : > deep/empty
        chmod 0600 d0/e0/f0
        chmod 0755 d1/e1/f1
        chmod 2750 deep/a
        touch -d '2001-02-03 04:05:06.123456789' d0/e0/f0
        """
            .formatted(files, largeMib));
  }

  private static void same(Path source, Path copy) throws Exception {
    MountedCluster.dropPageCache();
    assertEquals("", MountedCluster.bash(source, "diff -r --no-dereference . " + copy));
    assertEquals(MountedCluster.bash(source, LISTING), MountedCluster.bash(copy, LISTING));
  }

  private static void spaceComesBack(MountedCluster cluster, long wanted) throws Exception {
    long deadlineNs = System.nanoTime() + SPACE_BACK_WITHIN_NS;
    long free = 0;
    while (free < wanted && System.nanoTime() - deadlineNs < 0) {
      TimeUnit.MILLISECONDS.sleep(200);
      free = Files.getFileStore(cluster.path("")).getUsableSpace();
    }
    assertTrue(free >= wanted, free + " bytes are free after removing all, not " + wanted);
  }
}
