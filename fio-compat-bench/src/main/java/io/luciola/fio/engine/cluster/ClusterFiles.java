package io.luciola.fio.engine.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.KnownLayout;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.cluster.ClusterConnector.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Finds, creates, fills and removes files of a cluster by their paths. */
final class ClusterFiles {

  private static final int MODE = 0644;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int ROOT_UID = 0;

  private final Connection connection;
  private final Namespace namespace;
  private final Caller caller;

  ClusterFiles(Connection connection) {
    this.connection = connection;
    this.namespace = connection.namespace();
    this.caller = namespace.caller(ROOT_UID, ROOT_UID);
  }

  /** Length of a file, -1 when it does not exist. */
  long lengthOf(String path) {
    try {
      return namespace.lookup(parentOf(path), nameOf(path)).getLengthBytes();
    } catch (PosixException failed) {
      if (failed.errno() == Errno.ENOENT) {
        return -1;
      }
      throw failed;
    }
  }

  /** Opens for reading, or creates where needed and opens for writing. */
  OpenResponse open(String path, boolean write) {
    long parent = parentOf(path);
    return write
        ? namespace.create(caller, parent, nameOf(path), MODE, false)
        : namespace.open(caller, namespace.lookup(parent, nameOf(path)).getId(), false);
  }

  void close(OpenResponse open, OptionalLong lengthBytes) {
    Inode inode = open.getInode();
    namespace.close(
        caller,
        inode.getId(),
        open.getSessionId(),
        lengthBytes,
        inode.getTruncateVersion(),
        System.currentTimeMillis() * 1_000_000);
  }

  void syncLength(OpenResponse open, long lengthBytes) {
    Inode inode = open.getInode();
    namespace.syncLength(
        caller,
        inode.getId(),
        lengthBytes,
        inode.getTruncateVersion(),
        System.currentTimeMillis() * 1_000_000);
  }

  void remove(String path) {
    namespace.unlink(caller, parentOf(path), nameOf(path));
  }

  /** Creates the file, and writes what is missing up to the end of the region if it is read. */
  void layOut(FileRegion region, boolean withContent, long seed) throws EngineException {
    OpenResponse open = open(region.name(), true);
    long length = open.getInode().getLengthBytes();
    if (withContent && length < region.endBytes()) {
      fill(open.getInode(), region, length, seed);
      close(open, OptionalLong.of(region.endBytes()));
    } else {
      close(open, OptionalLong.empty());
    }
  }

  private void fill(Inode inode, FileRegion region, long from, long seed) throws EngineException {
    SplittableRandom random = new SplittableRandom(seed);
    KnownLayout layout = new KnownLayout(namespace, inode);
    long buffer = Memory.allocate(PIECE_BYTES);
    try (DataPath path = connection.openDataPath()) {
      for (long at = from; at < region.endBytes(); at += PIECE_BYTES) {
        for (int i = 0; i < PIECE_BYTES; i += Long.BYTES) {
          Memory.putLong(buffer + i, random.nextLong());
        }
        int length = (int) Math.min(PIECE_BYTES, region.endBytes() - at);
        int result = path.writeNow(layout.forWrite(at, length), inode.getId(), at, length, buffer);
        if (result < 0) {
          throw new EngineException(
              -result,
              "laying out "
                  + region.name()
                  + " at offset "
                  + at
                  + " failed: "
                  + Errno.describe(-result));
        }
      }
    } finally {
      Memory.free(buffer, PIECE_BYTES);
    }
  }

  private long parentOf(String path) {
    List<String> names = split(path);
    long inode = Namespace.ROOT_INODE;
    for (String name : names.subList(0, names.size() - 1)) {
      inode = namespace.lookup(inode, ByteString.copyFrom(name, UTF_8)).getId();
    }
    return inode;
  }

  private static ByteString nameOf(String path) {
    return ByteString.copyFrom(split(path).getLast(), UTF_8);
  }

  private static List<String> split(String path) {
    List<String> names = new ArrayList<>(List.of(path.split("/", -1)));
    names.removeIf(name -> name.isEmpty() || name.equals("."));
    if (names.isEmpty()) {
      throw new PosixException(Errno.EISDIR, path + " names the root directory, not a file");
    }
    return names;
  }
}
