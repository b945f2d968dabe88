package io.luciola.fuse.kernel;

/** Offsets in the bodies of requests on names; the names follow the fixed part. */
final class NameStructs {

  static final int MKDIR_IN_MODE_OFFSET = 0;
  static final int MKDIR_IN_BYTES = 8;

  static final int MKNOD_IN_MODE_OFFSET = 0;
  static final int MKNOD_IN_RDEV_OFFSET = 4;
  static final int MKNOD_IN_BYTES = 16;

  static final int RENAME_IN_NEW_PARENT_OFFSET = 0;
  static final int RENAME_IN_BYTES = 8;

  static final int RENAME2_IN_NEW_PARENT_OFFSET = 0;
  static final int RENAME2_IN_FLAGS_OFFSET = 8;
  static final int RENAME2_IN_BYTES = 16;

  static final int LINK_IN_INODE_OFFSET = 0;
  static final int LINK_IN_BYTES = 8;

  private NameStructs() {}
}
