package io.luciola.fuse.kernel;

/** Directory entries in the protocol. */
final class DirectoryStructs {

  static final int DIRENT_INODE_OFFSET = 0;
  static final int DIRENT_NEXT_OFFSET = 8;
  static final int DIRENT_NAME_LENGTH_OFFSET = 16;
  static final int DIRENT_TYPE_OFFSET = 20;
  static final int DIRENT_NAME_OFFSET = 24;

  /** In READDIRPLUS an entry reply stands before each directory entry. */
  static final int DIRENT_PLUS_OFFSET = AttributeStructs.ENTRY_OUT_BYTES;

  private static final int ALIGNMENT = Long.BYTES;

  private DirectoryStructs() {}

  /** Bytes of an entry, padded. */
  static int direntBytes(int nameBytes) {
    return (DIRENT_NAME_OFFSET + nameBytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
