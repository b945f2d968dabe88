package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.MetaKeys.Range;
import io.luciola.cluster.meta.RecordCodec.Entry;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.FindInodesRequest;
import io.luciola.cluster.meta.proto.FindInodesResponse;
import io.luciola.cluster.meta.proto.FoundInode;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.InodeRequest;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.ReadDirectoryRequest;
import io.luciola.cluster.meta.proto.ReadDirectoryResponse;
import io.luciola.cluster.meta.proto.ReadSymlinkResponse;
import java.util.List;

/** What only reads: attributes, names, directories, links, space. */
final class LookupOperations {

  /** Keeps an answer well below the 4 MiB that a message may have. */
  private static final int MAX_PAGE_ENTRIES = 2048;

  /** Keeps a question well below the 5 s that a transaction may take. */
  private static final int MAX_INODES_ASKED = 256;

  /** Of layouts; with the last one, still well below the 4 MiB that a message may have. */
  private static final int MAX_LAYOUT_BYTES = 1 << 20;

  private final SpaceSource spaceSource;

  LookupOperations(SpaceSource spaceSource) {
    this.spaceSource = spaceSource;
  }

  InodeResponse attributes(Transaction tx, InodeRequest request) {
    return response(tx, InodeTable.load(tx, request.getInode()));
  }

  InodeResponse lookup(Transaction tx, EntryRequest request) {
    Names.check(request.getName());
    InodeTable.loadDirectory(tx, request.getParent());
    Entry entry = InodeTable.requireEntry(tx, request.getParent(), request.getName());
    return response(tx, InodeTable.load(tx, entry.inode()));
  }

  ReadSymlinkResponse readSymlink(Transaction tx, InodeRequest request) {
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    if (inode.type != FileType.SYMLINK) {
      throw new PosixException(Errno.EINVAL, "inode " + inode.id + " is not a symbolic link");
    }
    return ReadSymlinkResponse.newBuilder().setTarget(inode.symlinkTarget).build();
  }

  ReadDirectoryResponse readDirectory(Transaction tx, ReadDirectoryRequest request) {
    InodeRecord directory = InodeTable.loadDirectory(tx, request.getInode());
    ByteString after = request.getAfter();
    Range range = MetaKeys.entries(directory.id);
    if (!after.isEmpty()) {
      range = range.after(MetaKeys.entry(directory.id, after));
    }
    int limit =
        request.getLimit() <= 0 ? MAX_PAGE_ENTRIES : Math.min(request.getLimit(), MAX_PAGE_ENTRIES);
    List<KeyValue> found = tx.getRange(range.begin(), range.end(), limit + 1, false);
    ReadDirectoryResponse.Builder page =
        ReadDirectoryResponse.newBuilder()
            .setParent(directory.parent)
            .setMore(found.size() > limit);
    for (KeyValue pair : found.subList(0, Math.min(limit, found.size()))) {
      Entry entry = RecordCodec.entry(pair.value());
      page.addEntries(
          DirectoryEntry.newBuilder()
              .setName(MetaKeys.nameOfEntry(pair.key()))
              .setInode(
                  request.getWithAttributes()
                      ? InodeTable.toProtoWithoutSegments(tx, InodeTable.load(tx, entry.inode()))
                      : Inode.newBuilder().setId(entry.inode()).setType(entry.type()).build()));
    }
    return page.build();
  }

  FileSystemStatsResponse statistics(Transaction tx) {
    ClusterSpace space = spaceSource.space();
    return FileSystemStatsResponse.newBuilder()
        .setTotalBytes(space.totalBytes())
        .setFreeBytes(space.freeBytes())
        .setInodes(InodeTable.count(tx))
        .build();
  }

  /** What is known of inodes; conflicts with nobody. */
  FindInodesResponse findInodes(Transaction tx, FindInodesRequest request) {
    if (request.getInodesCount() > MAX_INODES_ASKED) {
      throw new PosixException(
          Errno.EINVAL,
          request.getInodesCount() + " inodes in one question, at most " + MAX_INODES_ASKED);
    }
    FindInodesResponse.Builder found = FindInodesResponse.newBuilder();
    int layoutBytes = 0;
    int answered = 0;
    while (answered < request.getInodesCount() && layoutBytes < MAX_LAYOUT_BYTES) {
      long id = request.getInodes(answered++);
      byte[] living = tx.getSnapshot(MetaKeys.inode(id));
      byte[] value = living == null ? tx.getSnapshot(MetaKeys.garbage(id)) : living;
      if (value != null) {
        FoundInode.Builder inode = FoundInode.newBuilder().setId(id).setRemoved(living == null);
        FileLayout layout = RecordCodec.inode(value).layout;
        if (layout != null) {
          inode.setLayout(LayoutMessages.toProto(layout));
          layoutBytes += inode.getLayout().getSerializedSize();
        }
        found.addInodes(inode);
      }
    }
    return found.setAnswered(answered).build();
  }

  static InodeResponse response(Transaction tx, InodeRecord inode) {
    return InodeResponse.newBuilder().setInode(InodeTable.toProto(tx, inode)).build();
  }
}
