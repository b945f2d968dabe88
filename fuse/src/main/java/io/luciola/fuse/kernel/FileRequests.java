package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EINVAL;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Linux;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.PosixException;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;
import io.luciola.fuse.vfs.OpenedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests on open files. */
final class FileRequests {

  private static final Logger LOG = LoggerFactory.getLogger(FileRequests.class);

  private final FileSystem fileSystem;
  private final DataPath path;
  private final MountOptions options;
  private final KernelReferences references;

  FileRequests(
      FileSystem fileSystem, DataPath path, MountOptions options, KernelReferences references) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.options = options;
    this.references = references;
  }

  /** Data goes from the data path into the reply without a copy. */
  int read(Request request, Reply reply) {
    request.requireBody(FileStructs.READ_IN_BYTES);
    int size = request.getInt(FileStructs.READ_IN_SIZE_OFFSET);
    if (size < 0 || size > Reply.BODY_CAPACITY_BYTES) {
      return reply.failed(request.unique(), EINVAL);
    }
    int result =
        fileSystem.read(
            path,
            request.getLong(FileStructs.HANDLE_OFFSET),
            request.getLong(FileStructs.READ_IN_OFFSET_OFFSET),
            size,
            reply.body());
    return result < 0
        ? reply.failed(request.unique(), -result)
        : reply.done(request.unique(), result);
  }

  /** Data goes from the request to the data path without a copy. */
  int write(Request request, Reply reply) {
    request.requireBody(FileStructs.WRITE_IN_BYTES);
    int size = request.getInt(FileStructs.WRITE_IN_SIZE_OFFSET);
    if (size != request.bodyBytes() - FileStructs.WRITE_IN_BYTES) {
      return reply.failed(request.unique(), EINVAL);
    }
    int writeFlags = request.getInt(FileStructs.WRITE_IN_WRITE_FLAGS_OFFSET);
    boolean append =
        (request.getInt(FileStructs.WRITE_IN_FLAGS_OFFSET) & Linux.O_APPEND) != 0
            && (writeFlags & FileStructs.WRITE_CACHE) == 0;
    int result =
        fileSystem.write(
            path,
            request.getLong(FileStructs.HANDLE_OFFSET),
            request.getLong(FileStructs.WRITE_IN_OFFSET_OFFSET),
            size,
            request.bodyAddress(FileStructs.WRITE_IN_BYTES),
            append);
    if (result < 0) {
      return reply.failed(request.unique(), -result);
    }
    reply.putLong(FileStructs.WRITE_OUT_SIZE_OFFSET, result);
    return reply.done(request.unique(), FileStructs.WRITE_OUT_BYTES);
  }

  int open(Request request, Reply reply) {
    request.requireBody(FileStructs.OPEN_IN_BYTES);
    int flags = request.getInt(FileStructs.OPEN_IN_FLAGS_OFFSET);
    OpenedFile file = fileSystem.open(request.credentials(), request.nodeId(), flags);
    putOpened(reply, 0, file, flags);
    return reply.done(request.unique(), FileStructs.OPEN_OUT_BYTES);
  }

  int create(Request request, Reply reply) {
    int flags = request.getInt(FileStructs.CREATE_IN_FLAGS_OFFSET);
    int mode = request.getInt(FileStructs.CREATE_IN_MODE_OFFSET);
    ByteString name = request.name(FileStructs.CREATE_IN_BYTES);
    OpenedFile file =
        fileSystem.create(
            path,
            request.credentials(),
            request.nodeId(),
            name,
            AttributeStructs.permissions(mode),
            flags);
    AttributeStructs.putEntry(
        reply, 0, file.attributes(), options.entryTimeoutNs(), options.attrTimeoutNs());
    references.give();
    putOpened(reply, AttributeStructs.ENTRY_OUT_BYTES, file, flags);
    return reply.done(
        request.unique(), AttributeStructs.ENTRY_OUT_BYTES + FileStructs.OPEN_OUT_BYTES);
  }

  private static void putOpened(Reply reply, int at, OpenedFile file, int flags) {
    int openFlags = 0;
    if ((flags & Linux.O_DIRECT) != 0) {
      openFlags |= FileStructs.FOPEN_DIRECT_IO | FileStructs.FOPEN_PARALLEL_DIRECT_WRITES;
    } else if (file.keepCache()) {
      openFlags |= FileStructs.FOPEN_KEEP_CACHE;
    }
    if ((flags & (Linux.O_WRONLY | Linux.O_RDWR)) == 0) {
      // Closing a file that was only read has nothing to report.
      openFlags |= FileStructs.FOPEN_NOFLUSH;
    }
    reply.clear(at, FileStructs.OPEN_OUT_BYTES);
    reply.putLong(at + FileStructs.OPEN_OUT_HANDLE_OFFSET, file.handle());
    reply.putInt(at + FileStructs.OPEN_OUT_FLAGS_OFFSET, openFlags);
  }

  int flush(Request request, Reply reply) {
    request.requireBody(FileStructs.FLUSH_IN_BYTES);
    fileSystem.sync(request.getLong(FileStructs.HANDLE_OFFSET));
    return reply.done(request.unique(), 0);
  }

  int fsync(Request request, Reply reply) {
    request.requireBody(FileStructs.FSYNC_IN_BYTES);
    fileSystem.sync(request.getLong(FileStructs.HANDLE_OFFSET));
    return reply.done(request.unique(), 0);
  }

  int release(Request request, Reply reply) {
    request.requireBody(FileStructs.RELEASE_IN_BYTES);
    try {
      fileSystem.release(request.getLong(FileStructs.HANDLE_OFFSET));
    } catch (PosixException failure) {
      // The kernel tells nobody: close(2) has returned already.
      LOG.warn("releasing inode {}: {}", request.nodeId(), failure.getMessage());
      throw failure;
    }
    return reply.done(request.unique(), 0);
  }
}
