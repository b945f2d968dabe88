package io.luciola.fio.bench;

/** Files that cases work on; each is made when first asked for. */
enum Asset {
  /** A fully written file for the system's fio. */
  REFERENCE_FILE(1.0, 0),
  /** A fully written file as the engine's device, for chunks of 1 MiB. */
  ENGINE_FILE(2.0, 256L << 20),
  /** The same for chunks of 64 KiB. */
  SMALL_CHUNKS_FILE(2.0, 256L << 20),
  /** A directory for chunks in files. */
  CHUNKFILE_DIRECTORY(1.1, 512L << 20),
  /** A sparse file for very many chunks; its metadata takes space. */
  SPARSE_FILE(0, 6L << 30);

  private final double sizes;
  private final long extraBytes;

  Asset(double sizes, long extraBytes) {
    this.sizes = sizes;
    this.extraBytes = extraBytes;
  }

  /** Space it takes, when jobs work on so much. */
  long bytes(long sizeBytes) {
    return ((long) (sizes * sizeBytes) >> 20 << 20) + extraBytes;
  }
}
