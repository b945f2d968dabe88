package io.luciola.fuse.kernel;

import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;

/** Attributes in the protocol: offsets, sizes, and how a reply is filled with them. */
final class AttributeStructs {

  static final int SETATTR_IN_VALID_OFFSET = 0;
  static final int SETATTR_IN_SIZE_OFFSET = 16;
  static final int SETATTR_IN_ATIME_OFFSET = 32;
  static final int SETATTR_IN_MTIME_OFFSET = 40;
  static final int SETATTR_IN_ATIME_NS_OFFSET = 56;
  static final int SETATTR_IN_MTIME_NS_OFFSET = 60;
  static final int SETATTR_IN_MODE_OFFSET = 68;
  static final int SETATTR_IN_UID_OFFSET = 76;
  static final int SETATTR_IN_GID_OFFSET = 80;
  static final int SETATTR_IN_BYTES = 88;

  static final int FATTR_MODE = 1;
  static final int FATTR_UID = 1 << 1;
  static final int FATTR_GID = 1 << 2;
  static final int FATTR_SIZE = 1 << 3;
  static final int FATTR_ATIME = 1 << 4;
  static final int FATTR_MTIME = 1 << 5;
  static final int FATTR_ATIME_NOW = 1 << 7;
  static final int FATTR_MTIME_NOW = 1 << 8;

  static final int ATTR_INODE_OFFSET = 0;
  static final int ATTR_SIZE_OFFSET = 8;
  static final int ATTR_BLOCKS_OFFSET = 16;
  static final int ATTR_ATIME_OFFSET = 24;
  static final int ATTR_MTIME_OFFSET = 32;
  static final int ATTR_CTIME_OFFSET = 40;
  static final int ATTR_ATIME_NS_OFFSET = 48;
  static final int ATTR_MTIME_NS_OFFSET = 52;
  static final int ATTR_CTIME_NS_OFFSET = 56;
  static final int ATTR_MODE_OFFSET = 60;
  static final int ATTR_NLINK_OFFSET = 64;
  static final int ATTR_UID_OFFSET = 68;
  static final int ATTR_GID_OFFSET = 72;
  static final int ATTR_RDEV_OFFSET = 76;
  static final int ATTR_BLOCK_SIZE_OFFSET = 80;
  static final int ATTR_BYTES = 88;

  static final int ATTR_OUT_VALID_OFFSET = 0;
  static final int ATTR_OUT_VALID_NS_OFFSET = 8;
  static final int ATTR_OUT_ATTR_OFFSET = 16;
  static final int ATTR_OUT_BYTES = 104;

  static final int ENTRY_OUT_NODE_ID_OFFSET = 0;
  static final int ENTRY_OUT_ENTRY_VALID_OFFSET = 16;
  static final int ENTRY_OUT_ATTR_VALID_OFFSET = 24;
  static final int ENTRY_OUT_ENTRY_VALID_NS_OFFSET = 32;
  static final int ENTRY_OUT_ATTR_VALID_NS_OFFSET = 36;
  static final int ENTRY_OUT_ATTR_OFFSET = 40;
  static final int ENTRY_OUT_BYTES = 128;

  static final int STATFS_BLOCKS_OFFSET = 0;
  static final int STATFS_FREE_OFFSET = 8;
  static final int STATFS_AVAILABLE_OFFSET = 16;
  static final int STATFS_FILES_OFFSET = 24;
  static final int STATFS_FILES_FREE_OFFSET = 32;
  static final int STATFS_BLOCK_SIZE_OFFSET = 40;
  static final int STATFS_NAME_LENGTH_OFFSET = 44;
  static final int STATFS_FRAGMENT_SIZE_OFFSET = 48;
  static final int STATFS_OUT_BYTES = 80;

  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int TYPE_SHIFT = 12;
  private static final int PERMISSIONS = 07777;
  private static final int SECTOR_BYTES = 512;
  private static final int STATFS_UNIT_BYTES = 4096;
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_BLOCK_SIZE_BYTES = 1 << 20;

  private AttributeStructs() {}

  /** The type as it stands in the top bits of a mode and in a directory entry. */
  static int typeNumber(FileType type) {
    return switch (type) {
      case FIFO -> 1;
      case CHARACTER_DEVICE -> 2;
      case DIRECTORY -> 4;
      case BLOCK_DEVICE -> 6;
      case REGULAR -> 8;
      case SYMLINK -> 10;
      case SOCKET -> 12;
      case FILE_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("Meta gave an inode without a type");
    };
  }

  /** The type in a mode that mknod(2) accepts. */
  static FileType nodeType(int mode) {
    return switch (mode >>> TYPE_SHIFT) {
      case 1 -> FileType.FIFO;
      case 2 -> FileType.CHARACTER_DEVICE;
      case 6 -> FileType.BLOCK_DEVICE;
      case 0, 8 -> FileType.REGULAR;
      case 12 -> FileType.SOCKET;
      default -> throw new MalformedRequestException("mknod with mode " + mode);
    };
  }

  static int permissions(int mode) {
    return mode & PERMISSIONS;
  }

  static void putAttributes(Reply reply, int at, Inode inode) {
    reply.clear(at, ATTR_BYTES);
    reply.putLong(at + ATTR_INODE_OFFSET, inode.getId());
    reply.putLong(at + ATTR_SIZE_OFFSET, inode.getLengthBytes());
    reply.putLong(
        at + ATTR_BLOCKS_OFFSET, Math.ceilDiv(inode.getLengthBytes(), (long) SECTOR_BYTES));
    putTime(reply, at + ATTR_ATIME_OFFSET, at + ATTR_ATIME_NS_OFFSET, inode.getAtimeNs());
    putTime(reply, at + ATTR_MTIME_OFFSET, at + ATTR_MTIME_NS_OFFSET, inode.getMtimeNs());
    putTime(reply, at + ATTR_CTIME_OFFSET, at + ATTR_CTIME_NS_OFFSET, inode.getCtimeNs());
    int type = typeNumber(inode.getType()) << TYPE_SHIFT;
    reply.putInt(at + ATTR_MODE_OFFSET, type | permissions(inode.getMode()));
    reply.putInt(at + ATTR_NLINK_OFFSET, inode.getNlink());
    reply.putInt(at + ATTR_UID_OFFSET, inode.getUid());
    reply.putInt(at + ATTR_GID_OFFSET, inode.getGid());
    reply.putInt(at + ATTR_RDEV_OFFSET, inode.getRdev());
    reply.putInt(at + ATTR_BLOCK_SIZE_OFFSET, blockSize(inode));
  }

  static void putAttributeOut(Reply reply, Inode inode, long attrTimeoutNs) {
    reply.clear(0, ATTR_OUT_BYTES);
    putTime(reply, ATTR_OUT_VALID_OFFSET, ATTR_OUT_VALID_NS_OFFSET, attrTimeoutNs);
    putAttributes(reply, ATTR_OUT_ATTR_OFFSET, inode);
  }

  static void putEntry(Reply reply, int at, Inode inode, long entryTimeoutNs, long attrTimeoutNs) {
    reply.clear(at, ENTRY_OUT_BYTES);
    reply.putLong(at + ENTRY_OUT_NODE_ID_OFFSET, inode.getId());
    putTime(
        reply,
        at + ENTRY_OUT_ENTRY_VALID_OFFSET,
        at + ENTRY_OUT_ENTRY_VALID_NS_OFFSET,
        entryTimeoutNs);
    putTime(
        reply,
        at + ENTRY_OUT_ATTR_VALID_OFFSET,
        at + ENTRY_OUT_ATTR_VALID_NS_OFFSET,
        attrTimeoutNs);
    putAttributes(reply, at + ENTRY_OUT_ATTR_OFFSET, inode);
  }

  static void putStatistics(Reply reply, FileSystemStatsResponse statistics) {
    long freeUnits = statistics.getFreeBytes() / STATFS_UNIT_BYTES;
    reply.clear(0, STATFS_OUT_BYTES);
    reply.putLong(STATFS_BLOCKS_OFFSET, statistics.getTotalBytes() / STATFS_UNIT_BYTES);
    reply.putLong(STATFS_FREE_OFFSET, freeUnits);
    reply.putLong(STATFS_AVAILABLE_OFFSET, freeUnits);
    // Inodes are bounded by space alone.
    reply.putLong(STATFS_FILES_OFFSET, statistics.getInodes() + freeUnits);
    reply.putLong(STATFS_FILES_FREE_OFFSET, freeUnits);
    reply.putInt(STATFS_BLOCK_SIZE_OFFSET, STATFS_UNIT_BYTES);
    reply.putInt(STATFS_NAME_LENGTH_OFFSET, MAX_NAME_BYTES);
    reply.putInt(STATFS_FRAGMENT_SIZE_OFFSET, STATFS_UNIT_BYTES);
  }

  private static int blockSize(Inode inode) {
    return inode.getType() == FileType.REGULAR
        ? Math.clamp(inode.getLayout().getChunkSizeBytes(), STATFS_UNIT_BYTES, MAX_BLOCK_SIZE_BYTES)
        : STATFS_UNIT_BYTES;
  }

  private static void putTime(Reply reply, int secondsAt, int nanosAt, long timeNs) {
    reply.putLong(secondsAt, Math.floorDiv(timeNs, NS_PER_SECOND));
    reply.putInt(nanosAt, (int) Math.floorMod(timeNs, NS_PER_SECOND));
  }
}
