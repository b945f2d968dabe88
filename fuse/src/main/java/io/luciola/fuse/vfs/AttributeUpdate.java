package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.EFBIG;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.EISDIR;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.Written;
import io.luciola.fuse.vfs.AttributeChange.FileTime;

/** One setattr, in the order that keeps lengths and times right. */
final class AttributeUpdate {

  private final Namespace namespace;
  private final InodeTable inodes;
  private final Caller caller;
  private final long inode;
  private final AttributeChange change;

  AttributeUpdate(
      Namespace namespace, InodeTable inodes, Caller caller, long inode, AttributeChange change) {
    this.namespace = namespace;
    this.inodes = inodes;
    this.caller = caller;
    this.inode = inode;
    this.change = change;
  }

  Inode apply(DataPath path) {
    if (change.lengthBytes() != null) {
      return changeLength(path, change.lengthBytes());
    }
    InodeState state = inodes.find(inode);
    if (state == null || change.mtime() == null) {
      return inodes.overlay(namespace.setAttributes(request().build()));
    }
    return changeTime(state);
  }

  /** Takes along the writes before this: they must not overtake it with their time afterwards. */
  private Inode changeTime(InodeState state) {
    state.metadata().lock();
    try {
      InodeState.Progress progress = state.progress();
      var request = request();
      if (progress.unknownToMeta()) {
        request.setWritten(
            Written.newBuilder()
                .setLengthBytes(progress.lengthBytes())
                .setTruncateVersion(progress.truncateVersion())
                .setMtimeNs(progress.mtimeNs()));
      }
      Inode changed = namespace.setAttributes(request.build());
      state.pushed(progress);
      return state.overlay(changed);
    } finally {
      state.metadata().unlock();
    }
  }

  private Inode changeLength(DataPath path, long newLengthBytes) {
    Inode current = namespace.attributes(inode);
    requireLengthFits(current, newLengthBytes);
    InodeState state = inodes.acquire(current);
    long stamp = state.truncation().writeLock();
    state.metadata().lock();
    try {
      if (newLengthBytes > state.maxLengthBytes()) {
        throw new PosixException(
            EFBIG,
            "inode "
                + inode
                + " cannot be "
                + newLengthBytes
                + " bytes long, only "
                + state.maxLengthBytes());
      }
      // Meta decides by its own idea of the length whether this shortens the file.
      state.push(namespace, caller);
      long oldLengthBytes = state.lengthBytes();
      if (newLengthBytes < oldLengthBytes) {
        int result = path.cutNow(state.layout().layout(), inode, oldLengthBytes, newLengthBytes);
        if (result < 0) {
          throw new PosixException(-result, "cutting inode " + inode + " to " + newLengthBytes);
        }
      }
      Inode changed = namespace.setAttributes(request().build());
      state.adoptNewLength(changed);
      return changed;
    } finally {
      state.metadata().unlock();
      state.truncation().unlockWrite(stamp);
      inodes.release(state);
    }
  }

  private void requireLengthFits(Inode current, long newLengthBytes) {
    if (current.getType() == FileType.DIRECTORY) {
      throw new PosixException(EISDIR, "inode " + inode + " is a directory");
    }
    if (current.getType() != FileType.REGULAR || newLengthBytes < 0) {
      throw new PosixException(EINVAL, "inode " + inode + " cannot get another length");
    }
  }

  private SetAttributesRequest.Builder request() {
    var request = SetAttributesRequest.newBuilder().setCaller(caller).setInode(inode);
    if (change.mode() != null) {
      request.setMode(change.mode());
    }
    if (change.uid() != null) {
      request.setUid(change.uid());
    }
    if (change.gid() != null) {
      request.setGid(change.gid());
    }
    if (change.lengthBytes() != null) {
      request.setLengthBytes(change.lengthBytes());
    }
    if (change.atime() instanceof FileTime(boolean now, long ns)) {
      request.setAtimeNow(now);
      if (!now) {
        request.setAtimeNs(ns);
      }
    }
    FileTime mtime = change.mtime();
    if (mtime == null && change.lengthBytes() != null) {
      mtime = FileTime.NOW;
    }
    if (mtime != null) {
      request.setMtimeNow(mtime.now());
      if (!mtime.now()) {
        request.setMtimeNs(mtime.ns());
      }
    }
    return request;
  }
}
