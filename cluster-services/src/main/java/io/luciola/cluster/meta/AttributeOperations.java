package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.SyncLengthRequest;
import io.luciola.cluster.meta.proto.Written;

/** What changes an inode and no name. Conflicts on the inode. */
final class AttributeOperations {

  private final WallClock clock;

  AttributeOperations(WallClock clock) {
    this.clock = clock;
  }

  /**
   * As chmod, chown, utimensat and truncate. A new owner or group takes set-user-id and, from an
   * executable, set-group-id away, whoever asks; so does a new length unless root asks. A mode in
   * the same request has the last word.
   */
  InodeResponse setAttributes(Transaction tx, SetAttributesRequest request) {
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    if (request.hasWritten()) {
      Written written = request.getWritten();
      recordWrite(
          inode, written.getLengthBytes(), written.getTruncateVersion(), written.getMtimeNs());
    }
    long nowNs = clock.nowNs();
    if (request.hasLengthBytes()) {
      setLength(inode, request.getLengthBytes(), nowNs);
      if (request.getCaller().getUid() != 0) {
        inode.dropSetIds();
      }
    }
    if (request.hasUid() || request.hasGid()) {
      inode.uid = request.hasUid() ? request.getUid() : inode.uid;
      inode.gid = request.hasGid() ? request.getGid() : inode.gid;
      if (!inode.isDirectory()) {
        inode.dropSetIds();
      }
    }
    if (request.hasMode()) {
      inode.mode = request.getMode() & InodeRecord.PERMISSIONS;
    }
    setTimes(tx, inode, request, nowNs);
    inode.ctimeNs = nowNs;
    InodeTable.save(tx, inode);
    return LookupOperations.response(tx, inode);
  }

  private static void setLength(InodeRecord inode, long lengthBytes, long nowNs) {
    requireRegular(inode);
    requireLength(inode, lengthBytes);
    if (lengthBytes < inode.lengthBytes) {
      inode.truncateVersion++;
    }
    inode.lengthBytes = lengthBytes;
    inode.reachBytes = Math.max(inode.reachBytes, lengthBytes);
    inode.mtimeNs = nowNs;
  }

  private static void setTimes(
      Transaction tx, InodeRecord inode, SetAttributesRequest request, long nowNs) {
    if (request.getAtimeNow() || request.hasAtimeNs()) {
      inode.atimeNs = request.getAtimeNow() ? nowNs : request.getAtimeNs();
    }
    if (request.getMtimeNow() || request.hasMtimeNs()) {
      inode.mtimeNs = request.getMtimeNow() ? nowNs : request.getMtimeNs();
      if (inode.isDirectory()) {
        tx.set(MetaKeys.directoryTime(inode.id), RecordCodec.encodeTime(inode.mtimeNs));
      }
    }
  }

  InodeResponse syncLength(Transaction tx, SyncLengthRequest request) {
    InodeRecord inode = InodeTable.load(tx, request.getInode());
    if (recordWrite(
        inode, request.getLengthBytes(), request.getTruncateVersion(), request.getMtimeNs())) {
      InodeTable.save(tx, inode);
    }
    return InodeResponse.newBuilder()
        .setInode(InodeTable.toProtoWithoutSegments(tx, inode))
        .build();
  }

  /**
   * Notes how far a writer came. Never shortens; a length from before a shortening only counts for
   * the garbage collector. The modification time never goes back; 0 leaves it.
   *
   * @return whether that changed the inode
   */
  static boolean recordWrite(
      InodeRecord inode, long lengthBytes, int truncateVersion, long mtimeNs) {
    requireRegular(inode);
    requireLength(inode, lengthBytes);
    boolean changed = false;
    boolean current = Integer.compareUnsigned(truncateVersion, inode.truncateVersion) >= 0;
    if (current && lengthBytes > inode.lengthBytes) {
      inode.lengthBytes = lengthBytes;
      changed = true;
    }
    if (lengthBytes > inode.reachBytes) {
      inode.reachBytes = lengthBytes;
      changed = true;
    }
    if (mtimeNs > inode.mtimeNs) {
      inode.mtimeNs = mtimeNs;
      inode.ctimeNs = Math.max(inode.ctimeNs, mtimeNs);
      changed = true;
    }
    return changed;
  }

  static void requireRegular(InodeRecord inode) {
    if (inode.isDirectory()) {
      throw new PosixException(Errno.EISDIR, "inode " + inode.id + " is a directory");
    }
    if (!inode.isRegular()) {
      throw new PosixException(Errno.EINVAL, "inode " + inode.id + " is not a regular file");
    }
  }

  private static void requireLength(InodeRecord inode, long lengthBytes) {
    if (lengthBytes < 0 || lengthBytes > inode.maxLengthBytes()) {
      throw new PosixException(
          Errno.EFBIG,
          "length "
              + Long.toUnsignedString(lengthBytes)
              + " is above the "
              + inode.maxLengthBytes()
              + " bytes that inode "
              + inode.id
              + " can have");
    }
  }
}
