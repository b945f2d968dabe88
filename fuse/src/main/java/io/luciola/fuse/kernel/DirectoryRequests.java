package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EINVAL;

import com.google.protobuf.ByteString;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;

/** Requests on open directories. */
final class DirectoryRequests {

  private static final int MAX_ENTRIES = 1024;

  private final FileSystem fileSystem;
  private final MountOptions options;
  private final KernelReferences references;

  DirectoryRequests(FileSystem fileSystem, MountOptions options, KernelReferences references) {
    this.fileSystem = fileSystem;
    this.options = options;
    this.references = references;
  }

  int open(Request request, Reply reply) {
    reply.clear(0, FileStructs.OPEN_OUT_BYTES);
    reply.putLong(FileStructs.OPEN_OUT_HANDLE_OFFSET, fileSystem.openDirectory(request.nodeId()));
    return reply.done(request.unique(), FileStructs.OPEN_OUT_BYTES);
  }

  int release(Request request, Reply reply) {
    request.requireBody(FileStructs.RELEASE_IN_BYTES);
    fileSystem.releaseDirectory(request.getLong(FileStructs.HANDLE_OFFSET));
    return reply.done(request.unique(), 0);
  }

  int read(Request request, Reply reply) {
    return read(request, reply, false);
  }

  int readPlus(Request request, Reply reply) {
    return read(request, reply, true);
  }

  private int read(Request request, Reply reply, boolean plus) {
    request.requireBody(FileStructs.READ_IN_BYTES);
    int size = request.getInt(FileStructs.READ_IN_SIZE_OFFSET);
    if (size < 0 || size > Reply.BODY_CAPACITY_BYTES) {
      return reply.failed(request.unique(), EINVAL);
    }
    int smallestEntry =
        DirectoryStructs.direntBytes(1) + (plus ? DirectoryStructs.DIRENT_PLUS_OFFSET : 0);
    Listing listing = new Listing(reply, size, plus);
    fileSystem.readDirectory(
        request.getLong(FileStructs.HANDLE_OFFSET),
        request.getLong(FileStructs.READ_IN_OFFSET_OFFSET),
        Math.clamp(size / smallestEntry, 1, MAX_ENTRIES),
        plus,
        listing::add);
    return reply.done(request.unique(), listing.usedBytes);
  }

  /** Entries packed into a reply. */
  private final class Listing {

    private final Reply reply;
    private final int capacityBytes;
    private final boolean plus;
    private int usedBytes;

    Listing(Reply reply, int capacityBytes, boolean plus) {
      this.reply = reply;
      this.capacityBytes = capacityBytes;
      this.plus = plus;
    }

    boolean add(ByteString name, Inode inode, long nextOffset) {
      int bytes =
          DirectoryStructs.direntBytes(name.size())
              + (plus ? DirectoryStructs.DIRENT_PLUS_OFFSET : 0);
      if (usedBytes + bytes > capacityBytes) {
        return false;
      }
      reply.clear(usedBytes, bytes);
      int at = usedBytes;
      if (plus) {
        putEntry(at, name, inode);
        at += DirectoryStructs.DIRENT_PLUS_OFFSET;
      }
      reply.putLong(at + DirectoryStructs.DIRENT_INODE_OFFSET, inode.getId());
      reply.putLong(at + DirectoryStructs.DIRENT_NEXT_OFFSET, nextOffset);
      reply.putInt(at + DirectoryStructs.DIRENT_NAME_LENGTH_OFFSET, name.size());
      reply.putInt(
          at + DirectoryStructs.DIRENT_TYPE_OFFSET, AttributeStructs.typeNumber(inode.getType()));
      reply.putBytes(at + DirectoryStructs.DIRENT_NAME_OFFSET, name);
      usedBytes += bytes;
      return true;
    }

    /** "." and ".." keep an empty entry: the kernel knows them and takes no reference. */
    private void putEntry(int at, ByteString name, Inode inode) {
      if (!isDot(name)) {
        AttributeStructs.putEntry(
            reply, at, inode, options.entryTimeoutNs(), options.attrTimeoutNs());
        references.give();
      }
    }

    private static boolean isDot(ByteString name) {
      return (name.size() == 1 && name.byteAt(0) == '.')
          || (name.size() == 2 && name.byteAt(0) == '.' && name.byteAt(1) == '.');
    }
  }
}
