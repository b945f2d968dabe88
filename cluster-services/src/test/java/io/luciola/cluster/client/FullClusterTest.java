package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster is filled to the brim through the client library. */
class FullClusterTest {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int CHAINS = 2;
  private static final long SEED = 20261127;
  private static final long PATIENCE_NS = 60_000_000_000L;

  @TempDir Path directory;
  private AdminCluster cluster;
  private MetaServer meta;
  private LuciolaClient client;
  private DataPath path;
  private long memory;
  private final List<Written> files = new ArrayList<>();

  /** A file and how many of its chunks were acknowledged. */
  private static final class Written {
    final String name;
    final KnownLayout known;
    final long inode;
    int chunks;

    Written(String name, Inode inode, Namespace namespace) {
      this.name = name;
      this.inode = inode.getId();
      known = new KnownLayout(namespace, inode);
    }
  }

  @BeforeEach
  void start() throws Exception {
    memory = Memory.allocate(CHUNK_BYTES);
    cluster = new AdminCluster(directory);
    meta = cluster.startMeta(null);
    client = cluster.connect();
    path = client.openDataPath();
  }

  @AfterEach
  void stop() {
    path.close();
    client.close();
    meta.close();
    cluster.close();
    Memory.free(memory, CHUNK_BYTES);
  }

  @Test
  void whatDfPromisesCanBeWrittenAndComesBackWhenFilesAreDeleted() throws Exception {
    FileSystemStatsResponse empty =
        awaitSpace("an empty cluster", space -> space.getFreeBytes() > 0);
    assertEquals(empty.getTotalBytes(), empty.getFreeBytes());
    fill();
    long writtenBytes = chunks() * CHUNK_BYTES;
    long leftBytes = empty.getFreeBytes() - writtenBytes;
    assertTrue(
        leftBytes >= 0 && leftBytes < (long) CHAINS * CHUNK_BYTES,
        () -> "promised " + empty.getFreeBytes() + ", written " + writtenBytes);
    awaitSpace("full", space -> space.getFreeBytes() == leftBytes);
    verify();

    files.removeIf(file -> file.chunks == 0);
    for (Written file : files) {
      assertEquals(0, write(file, 0, 7), "rewriting when full");
      assertEquals(0, write(file, 0, 0), "and back");
    }
    List<Written> gone = new ArrayList<>();
    for (int i = 0; i < files.size(); i += 2) {
      gone.add(files.get(i));
    }
    for (Written file : gone) {
      delete(file);
    }
    long keptBytes = chunks() * CHUNK_BYTES;
    FileSystemStatsResponse freed =
        awaitSpace(
            "space comes back", space -> space.getFreeBytes() == space.getTotalBytes() - keptBytes);
    verify();

    fill();
    long again = chunks() * CHUNK_BYTES - keptBytes;
    assertTrue(
        freed.getFreeBytes() - again < (long) CHAINS * CHUNK_BYTES,
        () -> "promised " + freed.getFreeBytes() + " again, written " + again);
    verify();
  }

  /** Writes files of 1 to 12 chunks until there is no space. */
  private void fill() {
    Random random = new Random(SEED + files.size());
    while (true) {
      Written file;
      try {
        String name = "file-" + files.size() + "-" + random.nextInt(1 << 30);
        file = new Written(name, make(name), client.namespace());
      } catch (PosixException full) {
        assertEquals(Errno.ENOSPC, full.errno());
        return;
      }
      files.add(file);
      int wanted = 1 + random.nextInt(12);
      while (file.chunks < wanted) {
        int error = write(file, file.chunks, 0);
        if (error != 0) {
          assertEquals(Errno.ENOSPC, error);
          return;
        }
        file.chunks++;
      }
    }
  }

  /** Without a session: deleting it is to free its chunks. */
  private Inode make(String name) {
    Namespace namespace = client.namespace();
    return namespace.makeNode(
        namespace.caller(0, 0),
        Namespace.ROOT_INODE,
        ByteString.copyFromUtf8(name),
        FileType.REGULAR,
        0644,
        0);
  }

  private void delete(Written file) {
    Namespace namespace = client.namespace();
    long lengthBytes = (long) file.chunks * CHUNK_BYTES;
    namespace.syncLength(namespace.caller(0, 0), file.inode, lengthBytes, 0, 1);
    namespace.unlink(
        namespace.caller(0, 0), Namespace.ROOT_INODE, ByteString.copyFromUtf8(file.name));
    files.remove(file);
  }

  /** The error, or 0. */
  private int write(Written file, int chunk, int salt) {
    Memory.fill(memory, CHUNK_BYTES, value(file, chunk, salt));
    long offset = (long) chunk * CHUNK_BYTES;
    try {
      FileLayout layout = file.known.forWrite(offset, CHUNK_BYTES);
      int result = path.writeNow(layout, file.inode, offset, CHUNK_BYTES, memory);
      return Math.max(0, -result);
    } catch (PosixException refused) {
      return refused.errno();
    }
  }

  private static byte value(Written file, int chunk, int salt) {
    return (byte) (file.inode * 31 + chunk * 7L + salt + 1);
  }

  private void verify() {
    for (Written file : files) {
      for (int chunk = 0; chunk < file.chunks; chunk++) {
        long offset = (long) chunk * CHUNK_BYTES;
        Memory.fill(memory, CHUNK_BYTES, (byte) 0);
        assertEquals(
            CHUNK_BYTES,
            path.readNow(
                file.known.forRead(offset, CHUNK_BYTES), file.inode, offset, CHUNK_BYTES, memory));
        for (int i = 0; i < CHUNK_BYTES; i += 509) {
          assertEquals(value(file, chunk, 0), Memory.getByte(memory + i), file.name);
        }
      }
    }
  }

  private long chunks() {
    return files.stream().mapToLong(file -> file.chunks).sum();
  }

  private FileSystemStatsResponse awaitSpace(String what, Predicate<FileSystemStatsResponse> wanted)
      throws InterruptedException {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (true) {
      FileSystemStatsResponse space = client.namespace().statistics();
      if (wanted.test(space)) {
        return space;
      }
      assertTrue(System.nanoTime() < endNs, () -> "in vain: " + what + ": " + space);
      Thread.sleep(100);
    }
  }
}
