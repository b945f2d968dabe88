package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.KeyValue;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.MetaKeys.Range;
import io.luciola.cluster.meta.RecordCodec.Entry;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Inodes and directory entries in a transaction: reading, writing, counting, burying. */
final class InodeTable {

  /** Shards of the number of inodes, by the id's lowest bits. */
  private static final int COUNT_SHARDS = 16;

  private InodeTable() {}

  /** An inode; ENOENT when it is gone. Conflicts with whoever changes it. */
  static InodeRecord load(Transaction tx, long id) {
    return decode(id, tx.get(MetaKeys.inode(id)));
  }

  /** Like {@link #load}, without a conflict. */
  static InodeRecord peek(Transaction tx, long id) {
    return decode(id, tx.getSnapshot(MetaKeys.inode(id)));
  }

  private static InodeRecord decode(long id, byte @Nullable [] value) {
    if (value == null) {
      throw new PosixException(Errno.ENOENT, "inode " + id + " is gone");
    }
    return RecordCodec.inode(value);
  }

  /** A directory; ENOTDIR when the inode is something else. Conflicts with whoever changes it. */
  static InodeRecord loadDirectory(Transaction tx, long id) {
    return requireDirectory(load(tx, id));
  }

  /** Like {@link #loadDirectory}, without a conflict. */
  static InodeRecord peekDirectory(Transaction tx, long id) {
    return requireDirectory(peek(tx, id));
  }

  private static InodeRecord requireDirectory(InodeRecord inode) {
    if (!inode.isDirectory()) {
      throw new PosixException(Errno.ENOTDIR, "inode " + inode.id + " is not a directory");
    }
    return inode;
  }

  static void save(Transaction tx, InodeRecord inode) {
    tx.set(MetaKeys.inode(inode.id), RecordCodec.encode(inode));
  }

  /** Saves an inode that did not exist before. */
  static void insert(Transaction tx, InodeRecord inode) {
    save(tx, inode);
    tx.add(MetaKeys.inodeCount((int) (inode.id % COUNT_SHARDS)), 1);
  }

  static long count(Transaction tx) {
    Range shards = MetaKeys.inodeCounts();
    long sum = 0;
    for (KeyValue shard : tx.getRange(shards.begin(), shards.end(), COUNT_SHARDS, false)) {
      sum += counter(shard.value());
    }
    return sum;
  }

  /** What a name stands for, or null. Conflicts with whoever changes the name. */
  static @Nullable Entry findEntry(Transaction tx, long parent, ByteString name) {
    byte[] value = tx.get(MetaKeys.entry(parent, name));
    return value == null ? null : RecordCodec.entry(value);
  }

  /** What a name stands for; ENOENT when there is no such name. */
  static Entry requireEntry(Transaction tx, long parent, ByteString name) {
    Entry entry = findEntry(tx, parent, name);
    if (entry == null) {
      throw new PosixException(
          Errno.ENOENT, "no '" + name.toStringUtf8() + "' in directory " + parent);
    }
    return entry;
  }

  static void putEntry(Transaction tx, long parent, ByteString name, Entry entry) {
    tx.set(MetaKeys.entry(parent, name), RecordCodec.encode(entry));
  }

  /** ENOTEMPTY when a directory has entries. Conflicts with whoever adds one. */
  static void requireEmpty(Transaction tx, long directory) {
    Range entries = MetaKeys.entries(directory);
    if (!tx.getRange(entries.begin(), entries.end(), 1, false).isEmpty()) {
      throw new PosixException(Errno.ENOTEMPTY, "directory " + directory + " is not empty");
    }
  }

  /** Notes that a directory's entries changed; never conflicts with others who note the same. */
  static void entriesChanged(Transaction tx, long directory, long nowNs) {
    tx.set(MetaKeys.directoryTime(directory), RecordCodec.encodeTime(nowNs));
  }

  /** Notes subdirectories that came or went; never conflicts with others who note the same. */
  static void addSubdirectories(Transaction tx, long directory, int delta) {
    tx.add(MetaKeys.subdirectories(directory), delta);
  }

  /** Takes a name from an inode that is not a directory, and buries it when that was the last. */
  static void dropLink(Transaction tx, InodeRecord inode, long nowNs) {
    inode.nlink--;
    inode.ctimeNs = nowNs;
    if (!buryIfUnreachable(tx, inode)) {
      save(tx, inode);
    }
  }

  /**
   * Hands an inode without names and sessions over to the garbage collector, in this transaction.
   *
   * @return whether it was
   */
  static boolean buryIfUnreachable(Transaction tx, InodeRecord inode) {
    if (inode.nlink > 0) {
      return false;
    }
    Range sessions = MetaKeys.sessionsOf(inode.id);
    if (!tx.getRange(sessions.begin(), sessions.end(), 1, false).isEmpty()) {
      return false;
    }
    if (inode.isRegular()) {
      tx.set(MetaKeys.garbage(inode.id), RecordCodec.encode(inode));
    }
    remove(tx, inode.id);
    return true;
  }

  /** Removes an empty directory's records, though not its name. */
  static void removeDirectory(Transaction tx, long directory) {
    tx.clear(MetaKeys.directoryTime(directory));
    tx.clear(MetaKeys.subdirectories(directory));
    remove(tx, directory);
  }

  private static void remove(Transaction tx, long id) {
    tx.clear(MetaKeys.inode(id));
    tx.add(MetaKeys.inodeCount((int) (id % COUNT_SHARDS)), -1);
  }

  /** The attributes as clients see them. */
  static Inode toProto(Transaction tx, InodeRecord inode) {
    Inode.Builder attributes = withoutLayout(tx, inode);
    if (inode.layout != null) {
      attributes.setLayout(LayoutMessages.toProto(inode.layout));
    }
    return attributes.build();
  }

  /** Like {@link #toProto}, for answers that are many or often: a layout may be large. */
  static Inode toProtoWithoutSegments(Transaction tx, InodeRecord inode) {
    Inode.Builder attributes = withoutLayout(tx, inode);
    if (inode.layout != null) {
      attributes.setLayout(Layout.newBuilder().setChunkSizeBytes(inode.layout.chunkSizeBytes()));
    }
    return attributes.build();
  }

  private static Inode.Builder withoutLayout(Transaction tx, InodeRecord inode) {
    Inode.Builder attributes =
        Inode.newBuilder()
            .setId(inode.id)
            .setType(inode.type)
            .setMode(inode.mode)
            .setNlink(inode.nlink)
            .setUid(inode.uid)
            .setGid(inode.gid)
            .setRdev(inode.rdev)
            .setLengthBytes(inode.isRegular() ? inode.lengthBytes : inode.symlinkTarget.size())
            .setAtimeNs(inode.atimeNs)
            .setMtimeNs(inode.mtimeNs)
            .setCtimeNs(inode.ctimeNs)
            .setTruncateVersion(inode.truncateVersion);
    if (inode.isDirectory()) {
      addDirectoryAttributes(tx, inode, attributes);
    }
    return attributes;
  }

  private static void addDirectoryAttributes(
      Transaction tx, InodeRecord inode, Inode.Builder attributes) {
    byte[] changed = tx.getSnapshot(MetaKeys.directoryTime(inode.id));
    if (changed != null) {
      long changedNs = RecordCodec.time(changed);
      attributes.setMtimeNs(changedNs).setCtimeNs(Math.max(inode.ctimeNs, changedNs));
    }
    byte[] subdirectories = tx.getSnapshot(MetaKeys.subdirectories(inode.id));
    attributes.setNlink(2 + (subdirectories == null ? 0 : (int) counter(subdirectories)));
  }

  private static long counter(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
