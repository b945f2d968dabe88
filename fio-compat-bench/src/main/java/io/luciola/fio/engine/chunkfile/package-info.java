/**
 * Chunks in files of the local file system, the way 3FS's chunk engine keeps them: what Luciola's
 * own engine is measured against.
 *
 * <p>{@link io.luciola.fio.engine.chunkfile.ChunkStore} is the store of one chunk size in a
 * directory: {@code SlotFiles} with slots of that size, {@code SlotAllocator} and {@code SlotUse}
 * to know which are free, {@code ChunkCatalog} with what is known of each chunk, and {@code
 * MetadataLog} which brings the catalog back. {@code ChunkfileChannel} does a job's I/O on it.
 */
package io.luciola.fio.engine.chunkfile;
