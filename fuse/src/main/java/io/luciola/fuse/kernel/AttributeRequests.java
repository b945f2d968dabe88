package io.luciola.fuse.kernel;

import static io.luciola.fuse.kernel.AttributeStructs.FATTR_ATIME;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_ATIME_NOW;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_GID;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_MODE;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_MTIME;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_MTIME_NOW;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_SIZE;
import static io.luciola.fuse.kernel.AttributeStructs.FATTR_UID;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.AttributeChange;
import io.luciola.fuse.vfs.AttributeChange.FileTime;
import io.luciola.fuse.vfs.FileSystem;
import org.jspecify.annotations.Nullable;

/** Requests on attributes. */
final class AttributeRequests {

  private final FileSystem fileSystem;
  private final DataPath path;
  private final MountOptions options;

  AttributeRequests(FileSystem fileSystem, DataPath path, MountOptions options) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.options = options;
  }

  int get(Request request, Reply reply) {
    return attributes(request, reply, fileSystem.attributes(request.nodeId()));
  }

  int set(Request request, Reply reply) {
    request.requireBody(AttributeStructs.SETATTR_IN_BYTES);
    Inode changed =
        fileSystem.setAttributes(path, request.credentials(), request.nodeId(), changeIn(request));
    return attributes(request, reply, changed);
  }

  int statistics(Request request, Reply reply) {
    AttributeStructs.putStatistics(reply, fileSystem.statistics());
    return reply.done(request.unique(), AttributeStructs.STATFS_OUT_BYTES);
  }

  private int attributes(Request request, Reply reply, Inode inode) {
    AttributeStructs.putAttributeOut(reply, inode, options.attrTimeoutNs());
    return reply.done(request.unique(), AttributeStructs.ATTR_OUT_BYTES);
  }

  private static AttributeChange changeIn(Request request) {
    int valid = request.getInt(AttributeStructs.SETATTR_IN_VALID_OFFSET);
    int mode = request.getInt(AttributeStructs.SETATTR_IN_MODE_OFFSET);
    return new AttributeChange(
        (valid & FATTR_MODE) == 0 ? null : Integer.valueOf(AttributeStructs.permissions(mode)),
        (valid & FATTR_UID) == 0
            ? null
            : Integer.valueOf(request.getInt(AttributeStructs.SETATTR_IN_UID_OFFSET)),
        (valid & FATTR_GID) == 0
            ? null
            : Integer.valueOf(request.getInt(AttributeStructs.SETATTR_IN_GID_OFFSET)),
        (valid & FATTR_SIZE) == 0
            ? null
            : Long.valueOf(request.getLong(AttributeStructs.SETATTR_IN_SIZE_OFFSET)),
        time(
            request,
            (valid & FATTR_ATIME) != 0,
            (valid & FATTR_ATIME_NOW) != 0,
            AttributeStructs.SETATTR_IN_ATIME_OFFSET,
            AttributeStructs.SETATTR_IN_ATIME_NS_OFFSET),
        time(
            request,
            (valid & FATTR_MTIME) != 0,
            (valid & FATTR_MTIME_NOW) != 0,
            AttributeStructs.SETATTR_IN_MTIME_OFFSET,
            AttributeStructs.SETATTR_IN_MTIME_NS_OFFSET));
  }

  private static @Nullable FileTime time(
      Request request, boolean set, boolean now, int secondsAt, int nanosAt) {
    if (!set) {
      return null;
    }
    if (now) {
      return FileTime.NOW;
    }
    return FileTime.of(request.getLong(secondsAt), request.getInt(nanosAt));
  }
}
