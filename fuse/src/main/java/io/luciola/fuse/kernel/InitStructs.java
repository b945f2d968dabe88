package io.luciola.fuse.kernel;

/** INIT, the handshake: offsets, sizes and the features that are asked for. */
final class InitStructs {

  static final int IN_MAJOR_OFFSET = 0;
  static final int IN_MINOR_OFFSET = 4;
  static final int IN_MAX_READAHEAD_OFFSET = 8;
  static final int IN_FLAGS_OFFSET = 12;
  static final int IN_FLAGS2_OFFSET = 16;

  /** What every kernel sends; flags2 follows when INIT_EXT is set. */
  static final int IN_SHORT_BYTES = 16;

  static final int IN_BYTES = 64;

  static final int OUT_MAJOR_OFFSET = 0;
  static final int OUT_MINOR_OFFSET = 4;
  static final int OUT_MAX_READAHEAD_OFFSET = 8;
  static final int OUT_FLAGS_OFFSET = 12;
  static final int OUT_MAX_BACKGROUND_OFFSET = 16;
  static final int OUT_CONGESTION_THRESHOLD_OFFSET = 18;
  static final int OUT_MAX_WRITE_OFFSET = 20;
  static final int OUT_TIME_GRANULARITY_OFFSET = 24;
  static final int OUT_MAX_PAGES_OFFSET = 28;
  static final int OUT_FLAGS2_OFFSET = 32;
  static final int OUT_BYTES = 64;

  static final int MAJOR = 7;

  /** Linux 5.4; older ones lack what the tests rely on. */
  static final int MIN_MINOR = 31;

  /** The newest protocol that this code was written for. */
  static final int MAX_MINOR = 45;

  static final long ASYNC_READ = 1L;
  static final long BIG_WRITES = 1L << 5;
  static final long AUTO_INVAL_DATA = 1L << 12;
  static final long DO_READDIRPLUS = 1L << 13;
  static final long READDIRPLUS_AUTO = 1L << 14;
  static final long ASYNC_DIO = 1L << 15;
  static final long PARALLEL_DIROPS = 1L << 18;
  static final long MAX_PAGES = 1L << 22;
  static final long CACHE_SYMLINKS = 1L << 23;
  static final long INIT_EXT = 1L << 30;
  static final long DIRECT_IO_ALLOW_MMAP = 1L << 36;

  /** What is accepted when the kernel offers it; docs/fuse.md says why the rest is not. */
  static final long WANTED =
      ASYNC_READ
          | BIG_WRITES
          | AUTO_INVAL_DATA
          | DO_READDIRPLUS
          | READDIRPLUS_AUTO
          | ASYNC_DIO
          | PARALLEL_DIROPS
          | MAX_PAGES
          | CACHE_SYMLINKS
          | INIT_EXT
          | DIRECT_IO_ALLOW_MMAP;

  private InitStructs() {}
}
