package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.FileType;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's copy of an inode. Times in nanoseconds since 1970. A directory's link count and
 * the time of its entries' last change are stored apart, see {@link InodeTable#toProto}.
 */
final class InodeRecord {

  static final int SET_USER_ID = 04000;
  static final int SET_GROUP_ID = 02000;
  static final int GROUP_EXECUTE = 00010;
  static final int PERMISSIONS = 07777;

  final long id;
  final FileType type;
  int mode;
  int nlink = 1;
  int uid;
  int gid;
  int rdev;
  long atimeNs;
  long mtimeNs;
  long ctimeNs;

  /** Regular files: how long the file is. */
  long lengthBytes;

  /** Regular files: the largest length ever heard of; chunks may exist up to here. */
  long reachBytes;

  /** Regular files: rises with each shortening. */
  int truncateVersion;

  /** Regular files: where the chunks are. */
  @Nullable FileLayout layout;

  /**
   * Regular files: most chains of a segment. Directories: of files made in it, 0 as the cluster
   * says.
   */
  int stripe;

  /** Directories: whether the stripe was given to this one, and not to the one it was made in. */
  boolean ownStripe;

  /** Directories: chunk size of files made in it, 0 as the cluster says. */
  int newChunkSizeBytes;

  /** Directories: whether the chunk size was given to this one. */
  boolean ownChunkSize;

  /** Directories: the directory that holds this one; the root holds itself. */
  long parent;

  /** Symbolic links. */
  ByteString symlinkTarget = ByteString.EMPTY;

  InodeRecord(long id, FileType type) {
    this.id = id;
    this.type = type;
  }

  boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  boolean isRegular() {
    return type == FileType.REGULAR;
  }

  /** As when somebody without privileges writes: the program must not keep its special rights. */
  void dropSetIds() {
    mode &= ~SET_USER_ID;
    if ((mode & GROUP_EXECUTE) != 0) {
      mode &= ~SET_GROUP_ID;
    }
  }

  /** The length beyond which chunk numbers would overflow. */
  long maxLengthBytes() {
    return layout == null ? 0 : (long) layout.chunkSizeBytes() << 32;
  }
}
