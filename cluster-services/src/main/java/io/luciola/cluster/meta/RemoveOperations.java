package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.RecordCodec.Entry;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.FileType;

/**
 * What takes a name away. Conflicts on the name, on the inode behind it, on its sessions when it
 * loses its last name, and on the entries of a directory to be removed; not on the parent, which
 * cannot go while it has the name.
 */
final class RemoveOperations {

  private final WallClock clock;

  RemoveOperations(WallClock clock) {
    this.clock = clock;
  }

  Empty unlink(Transaction tx, EntryRequest request) {
    Entry entry = entry(tx, request);
    if (entry.type() == FileType.DIRECTORY) {
      throw new PosixException(
          Errno.EISDIR, "'" + request.getName().toStringUtf8() + "' is a directory");
    }
    long nowNs = clock.nowNs();
    InodeTable.dropLink(tx, InodeTable.load(tx, entry.inode()), nowNs);
    removeName(tx, request, nowNs);
    return Empty.getDefaultInstance();
  }

  Empty removeDirectory(Transaction tx, EntryRequest request) {
    Entry entry = entry(tx, request);
    if (entry.type() != FileType.DIRECTORY) {
      throw new PosixException(
          Errno.ENOTDIR, "'" + request.getName().toStringUtf8() + "' is not a directory");
    }
    InodeTable.requireEmpty(tx, entry.inode());
    InodeTable.removeDirectory(tx, entry.inode());
    InodeTable.addSubdirectories(tx, request.getParent(), -1);
    removeName(tx, request, clock.nowNs());
    return Empty.getDefaultInstance();
  }

  private static Entry entry(Transaction tx, EntryRequest request) {
    Names.check(request.getName());
    InodeTable.peekDirectory(tx, request.getParent());
    return InodeTable.requireEntry(tx, request.getParent(), request.getName());
  }

  private static void removeName(Transaction tx, EntryRequest request, long nowNs) {
    tx.clear(MetaKeys.entry(request.getParent(), request.getName()));
    InodeTable.entriesChanged(tx, request.getParent(), nowNs);
  }
}
