package io.luciola.cluster.meta;

/** The operations whose answers are kept for a repeat; codes are stored and never used again. */
enum MetaOperation {
  MAKE_DIRECTORY(1),
  CREATE(2),
  MAKE_SYMLINK(3),
  LINK(4),
  UNLINK(5),
  REMOVE_DIRECTORY(6),
  RENAME(7),
  SET_ATTRIBUTES(8),
  OPEN(9),
  CLOSE(10),
  SYNC_LENGTH(11),
  SET_DIRECTORY_LAYOUT(12);

  private final int code;

  MetaOperation(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static MetaOperation ofCode(int code) {
    for (MetaOperation operation : values()) {
      if (operation.code == code) {
        return operation;
      }
    }
    throw new IllegalArgumentException("unknown operation " + code);
  }
}
