package io.luciola.fuse.kernel;

/** Offsets in the bodies of requests on open files, their sizes, and their flags. */
final class FileStructs {

  /** The handle, first in read, write, release, flush and fsync. */
  static final int HANDLE_OFFSET = 0;

  static final int OPEN_IN_FLAGS_OFFSET = 0;
  static final int OPEN_IN_BYTES = 8;

  static final int CREATE_IN_FLAGS_OFFSET = 0;
  static final int CREATE_IN_MODE_OFFSET = 4;
  static final int CREATE_IN_BYTES = 16;

  static final int OPEN_OUT_HANDLE_OFFSET = 0;
  static final int OPEN_OUT_FLAGS_OFFSET = 8;
  static final int OPEN_OUT_BYTES = 16;

  static final int FOPEN_DIRECT_IO = 1;
  static final int FOPEN_KEEP_CACHE = 2;
  static final int FOPEN_NOFLUSH = 32;
  static final int FOPEN_PARALLEL_DIRECT_WRITES = 64;

  static final int READ_IN_OFFSET_OFFSET = 8;
  static final int READ_IN_SIZE_OFFSET = 16;
  static final int READ_IN_BYTES = 40;

  static final int WRITE_IN_OFFSET_OFFSET = 8;
  static final int WRITE_IN_SIZE_OFFSET = 16;
  static final int WRITE_IN_WRITE_FLAGS_OFFSET = 20;
  static final int WRITE_IN_FLAGS_OFFSET = 32;
  static final int WRITE_IN_BYTES = 40;

  /** In the write flags: a page of a mapping, which goes where it was, also under O_APPEND. */
  static final int WRITE_CACHE = 1;

  static final int WRITE_OUT_SIZE_OFFSET = 0;
  static final int WRITE_OUT_BYTES = 8;

  static final int RELEASE_IN_BYTES = 24;
  static final int FLUSH_IN_BYTES = 24;
  static final int FSYNC_IN_BYTES = 16;

  private FileStructs() {}
}
