package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.RecordCodec.Entry;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.RenameRequest;
import org.jspecify.annotations.Nullable;

/**
 * Renames as rename2(2) does. Conflicts on both parents, both names, both inodes, the entries of a
 * directory that is replaced and, when a directory gets another parent, on all directories above
 * the new place: two renames cannot together tie a loop.
 */
final class RenameOperation {

  private static final int NO_REPLACE = 1;
  private static final int EXCHANGE = 2;

  /** More levels than a path of any use has; above, the tree is broken. */
  private static final int MAX_DEPTH = 100_000;

  private final WallClock clock;

  RenameOperation(WallClock clock) {
    this.clock = clock;
  }

  /** One end of a rename. */
  private record Place(long parent, ByteString name) {}

  Empty rename(Transaction tx, RenameRequest request) {
    int flags = request.getFlags();
    if ((flags & ~(NO_REPLACE | EXCHANGE)) != 0 || flags == (NO_REPLACE | EXCHANGE)) {
      throw new PosixException(Errno.EINVAL, "rename flags " + flags + " are not supported");
    }
    Place from = new Place(request.getParent(), request.getName());
    Place to = new Place(request.getNewParent(), request.getNewName());
    Names.check(from.name());
    Names.check(to.name());
    InodeTable.loadDirectory(tx, from.parent());
    InodeTable.loadDirectory(tx, to.parent());
    Entry source = InodeTable.requireEntry(tx, from.parent(), from.name());
    Entry target = InodeTable.findEntry(tx, to.parent(), to.name());
    if (flags == NO_REPLACE && target != null) {
      throw new PosixException(Errno.EEXIST, "'" + to.name().toStringUtf8() + "' is there already");
    }
    if (flags == EXCHANGE && target == null) {
      throw new PosixException(
          Errno.ENOENT, "no '" + to.name().toStringUtf8() + "' to exchange with");
    }
    refuseLoop(tx, source, from, to);
    if (target != null && target.inode() == source.inode()) {
      return Empty.getDefaultInstance(); // two names of one file, or the very same name
    }
    long nowNs = clock.nowNs();
    if (flags == EXCHANGE) {
      refuseLoop(tx, target, to, from);
      move(tx, target, to, from, nowNs);
    } else {
      replace(tx, source, target, to, nowNs);
      tx.clear(MetaKeys.entry(from.parent(), from.name()));
    }
    move(tx, source, from, to, nowNs);
    InodeTable.entriesChanged(tx, from.parent(), nowNs);
    InodeTable.entriesChanged(tx, to.parent(), nowNs);
    return Empty.getDefaultInstance();
  }

  /** EINVAL when a directory would come to lie in itself. */
  private static void refuseLoop(Transaction tx, Entry moved, Place from, Place to) {
    if (moved.type() != FileType.DIRECTORY || from.parent() == to.parent()) {
      return;
    }
    long above = to.parent();
    for (int depth = 0; above != Namespace.ROOT_INODE; depth++) {
      if (above == moved.inode()) {
        throw new PosixException(
            Errno.EINVAL, "directory " + moved.inode() + " cannot move into itself");
      }
      if (depth == MAX_DEPTH) {
        throw new IllegalStateException("directory " + to.parent() + " does not reach the root");
      }
      above = InodeTable.loadDirectory(tx, above).parent;
    }
  }

  private static void replace(
      Transaction tx, Entry source, @Nullable Entry target, Place to, long nowNs) {
    if (target == null) {
      return;
    }
    boolean targetIsDirectory = target.type() == FileType.DIRECTORY;
    if (source.type() == FileType.DIRECTORY && !targetIsDirectory) {
      throw new PosixException(
          Errno.ENOTDIR, "'" + to.name().toStringUtf8() + "' is not a directory");
    }
    if (source.type() != FileType.DIRECTORY && targetIsDirectory) {
      throw new PosixException(Errno.EISDIR, "'" + to.name().toStringUtf8() + "' is a directory");
    }
    if (targetIsDirectory) {
      InodeTable.requireEmpty(tx, target.inode());
      InodeTable.removeDirectory(tx, target.inode());
      InodeTable.addSubdirectories(tx, to.parent(), -1);
    } else {
      InodeTable.dropLink(tx, InodeTable.load(tx, target.inode()), nowNs);
    }
  }

  private static void move(Transaction tx, Entry moved, Place from, Place to, long nowNs) {
    InodeRecord inode = InodeTable.load(tx, moved.inode());
    inode.ctimeNs = nowNs;
    if (inode.isDirectory() && from.parent() != to.parent()) {
      inode.parent = to.parent();
      InodeTable.addSubdirectories(tx, from.parent(), -1);
      InodeTable.addSubdirectories(tx, to.parent(), 1);
    }
    InodeTable.save(tx, inode);
    InodeTable.putEntry(tx, to.parent(), to.name(), moved);
  }
}
