package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.ChunkUpdate;

/**
 * An update of a chunk, relative to what the chunk is when it is made.
 *
 * @param chunk which one
 * @param kind as in {@link ChunkUpdate}
 * @param offset in bytes
 * @param length of the data, or of the hole, in bytes
 * @param seed of the data
 * @param capacity asked for, in bytes
 * @param versionStep what is added to the committed version; 1 is right
 * @param ifVersion the condition
 */
record Change(
    int chunk,
    int kind,
    int offset,
    int length,
    long seed,
    int capacity,
    int versionStep,
    long ifVersion) {

  static Change write(int chunk, int offset, int length, int capacity) {
    // Different places and chunks have different data.
    long seed = ((long) chunk << 48) + ((long) offset << 20) + length;
    return new Change(
        chunk, ChunkUpdate.WRITE, offset, length, seed, capacity, 1, ChunkUpdate.ANY_VERSION);
  }

  static Change truncate(int chunk, int length, int capacity) {
    return new Change(
        chunk, ChunkUpdate.TRUNCATE, length, 0, 0, capacity, 1, ChunkUpdate.ANY_VERSION);
  }

  static Change punch(int chunk, int offset, int length) {
    return new Change(
        chunk, ChunkUpdate.PUNCH, offset, length, 0, 4096, 1, ChunkUpdate.ANY_VERSION);
  }

  static Change replace(int chunk, int length, int capacity) {
    return new Change(
        chunk, ChunkUpdate.REPLACE, 0, length, chunk + 1, capacity, 1, ChunkUpdate.ANY_VERSION);
  }

  static Change install(int chunk, int length, int capacity) {
    return new Change(
        chunk, ChunkUpdate.INSTALL, 0, length, chunk + 2, capacity, 1, ChunkUpdate.ANY_VERSION);
  }

  static Change remove(int chunk) {
    return new Change(chunk, ChunkUpdate.REMOVE, 0, 0, 0, 4096, 1, ChunkUpdate.ANY_VERSION);
  }

  Change withSeed(long other) {
    return new Change(chunk, kind, offset, length, other, capacity, versionStep, ifVersion);
  }

  Change withVersionStep(int step) {
    return new Change(chunk, kind, offset, length, seed, capacity, step, ifVersion);
  }

  Change onlyIf(long version) {
    return new Change(chunk, kind, offset, length, seed, capacity, versionStep, version);
  }

  boolean hasData() {
    return ChunkUpdate.carriesData(kind);
  }
}
