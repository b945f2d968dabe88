package io.luciola.cluster.client;

import com.google.protobuf.ByteString;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The name space of a file system: blocking calls, safe for any number of threads. Names are bytes
 * without '/' and NUL, 1 to 255 of them.
 *
 * <p>Every method throws {@link PosixException} with the error that POSIX gives for the case, and
 * EIO when the Meta service cannot be reached before the deadline.
 */
public interface Namespace extends AutoCloseable {

  /** Inode of the root directory. */
  long ROOT_INODE = 1;

  /** Who asks, with this client's identity filled in. */
  Caller caller(int uid, int gid);

  /** Attributes of an inode, ENOENT when it is gone. */
  Inode attributes(long inode);

  /** The inode behind a name. */
  Inode lookup(long parent, ByteString name);

  /** Makes a directory. */
  Inode makeDirectory(Caller caller, long parent, ByteString name, int mode);

  /** Creates (or, unless exclusive, opens) a regular file with a write session. */
  OpenResponse create(Caller caller, long parent, ByteString name, int mode, boolean exclusive);

  /** Makes a regular file, fifo, socket or device node without opening it. */
  Inode makeNode(Caller caller, long parent, ByteString name, FileType type, int mode, int rdev);

  /** Makes a symbolic link. */
  Inode makeSymlink(Caller caller, long parent, ByteString name, ByteString target);

  /** Where a symbolic link points. */
  ByteString readSymlink(long inode);

  /** Adds a name to an inode that is not a directory. */
  Inode link(Caller caller, long inode, long newParent, ByteString newName);

  /** Removes a name of something that is not a directory. */
  void unlink(Caller caller, long parent, ByteString name);

  /** Removes an empty directory. */
  void removeDirectory(Caller caller, long parent, ByteString name);

  /** Renames as rename2(2) does; flags RENAME_NOREPLACE 1 and RENAME_EXCHANGE 2. */
  void rename(
      Caller caller, long parent, ByteString name, long newParent, ByteString newName, int flags);

  /** Changes attributes; for a shorter length the caller has cut the chunks before. */
  Inode setAttributes(SetAttributesRequest request);

  /** Opens a session; as long as it lives, the file's chunks live. */
  OpenResponse open(Caller caller, long inode, boolean write);

  /** Ends a session; records length and modification time when the file was written. */
  void close(
      Caller caller,
      long inode,
      long sessionId,
      OptionalLong lengthBytes,
      int truncateVersion,
      long mtimeNs);

  /**
   * Records the length that a writer has reached; never shortens. The answer has no segments of
   * layouts.
   */
  Inode syncLength(Caller caller, long inode, long lengthBytes, int truncateVersion, long mtimeNs);

  /**
   * Makes a regular file's layout cover a chunk; ENOSPC when no chain has room, EFBIG when a file
   * cannot have the chunk.
   */
  Inode growLayout(long inode, long chunkIndex);

  /** What new files of a directory get. */
  DirectoryLayout directoryLayout(long inode);

  /**
   * Says what new files of a directory get from now on.
   *
   * @param chunkSizeBytes left as it is when empty; 0: as the cluster says
   * @param stripe likewise
   */
  DirectoryLayout setDirectoryLayout(
      Caller caller, long inode, OptionalInt chunkSizeBytes, OptionalInt stripe);

  /**
   * A page of a directory in byte order of names, after {@code after} (empty: from the start). With
   * attributes, they are whole but for the segments of layouts.
   */
  DirectoryPage readDirectory(long inode, ByteString after, int limit, boolean withAttributes);

  /** Space and number of inodes. */
  FileSystemStatsResponse statistics();

  @Override
  void close();

  /**
   * Part of a directory.
   *
   * @param entries in byte order, without "." and ".."
   * @param more whether entries follow
   * @param parent the inode behind ".."
   */
  record DirectoryPage(List<DirectoryEntry> entries, boolean more, long parent) {}
}
