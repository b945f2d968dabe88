package io.luciola.fuse.kernel;

import com.google.protobuf.ByteString;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;

/** Requests on names. */
final class NameRequests {

  private final FileSystem fileSystem;
  private final MountOptions options;
  private final KernelReferences references;

  NameRequests(FileSystem fileSystem, MountOptions options, KernelReferences references) {
    this.fileSystem = fileSystem;
    this.options = options;
    this.references = references;
  }

  int lookup(Request request, Reply reply) {
    return entry(request, reply, fileSystem.lookup(request.nodeId(), request.name(0)));
  }

  int makeDirectory(Request request, Reply reply) {
    int mode = request.getInt(NameStructs.MKDIR_IN_MODE_OFFSET);
    ByteString name = request.name(NameStructs.MKDIR_IN_BYTES);
    return entry(
        request,
        reply,
        fileSystem.makeDirectory(
            request.credentials(), request.nodeId(), name, AttributeStructs.permissions(mode)));
  }

  int makeNode(Request request, Reply reply) {
    int mode = request.getInt(NameStructs.MKNOD_IN_MODE_OFFSET);
    int rdev = request.getInt(NameStructs.MKNOD_IN_RDEV_OFFSET);
    ByteString name = request.name(NameStructs.MKNOD_IN_BYTES);
    return entry(
        request,
        reply,
        fileSystem.makeNode(
            request.credentials(),
            request.nodeId(),
            name,
            AttributeStructs.nodeType(mode),
            AttributeStructs.permissions(mode),
            rdev));
  }

  int makeSymlink(Request request, Reply reply) {
    ByteString name = request.name(0);
    ByteString target = request.name(name.size() + 1);
    return entry(
        request,
        reply,
        fileSystem.makeSymlink(request.credentials(), request.nodeId(), name, target));
  }

  int readSymlink(Request request, Reply reply) {
    ByteString target = fileSystem.readSymlink(request.nodeId());
    reply.putBytes(0, target);
    return reply.done(request.unique(), target.size());
  }

  int link(Request request, Reply reply) {
    long inode = request.getLong(NameStructs.LINK_IN_INODE_OFFSET);
    ByteString name = request.name(NameStructs.LINK_IN_BYTES);
    return entry(
        request, reply, fileSystem.link(request.credentials(), inode, request.nodeId(), name));
  }

  int unlink(Request request, Reply reply) {
    fileSystem.unlink(request.credentials(), request.nodeId(), request.name(0));
    return reply.done(request.unique(), 0);
  }

  int removeDirectory(Request request, Reply reply) {
    fileSystem.removeDirectory(request.credentials(), request.nodeId(), request.name(0));
    return reply.done(request.unique(), 0);
  }

  int rename(Request request, Reply reply) {
    long newParent = request.getLong(NameStructs.RENAME_IN_NEW_PARENT_OFFSET);
    return rename(request, reply, newParent, NameStructs.RENAME_IN_BYTES, 0);
  }

  int renameWithFlags(Request request, Reply reply) {
    long newParent = request.getLong(NameStructs.RENAME2_IN_NEW_PARENT_OFFSET);
    int flags = request.getInt(NameStructs.RENAME2_IN_FLAGS_OFFSET);
    return rename(request, reply, newParent, NameStructs.RENAME2_IN_BYTES, flags);
  }

  private int rename(Request request, Reply reply, long newParent, int namesAt, int flags) {
    ByteString name = request.name(namesAt);
    ByteString newName = request.name(namesAt + name.size() + 1);
    fileSystem.rename(request.credentials(), request.nodeId(), name, newParent, newName, flags);
    return reply.done(request.unique(), 0);
  }

  private int entry(Request request, Reply reply, Inode inode) {
    AttributeStructs.putEntry(reply, 0, inode, options.entryTimeoutNs(), options.attrTimeoutNs());
    references.give();
    return reply.done(request.unique(), AttributeStructs.ENTRY_OUT_BYTES);
  }
}
