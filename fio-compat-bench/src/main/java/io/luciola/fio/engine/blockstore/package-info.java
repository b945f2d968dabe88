/**
 * Luciola's chunk engine on one device, in this process and without a network: a job's files are
 * cut into chunks, reads go to {@code ChunkEngine.read}, a write is a prepare and a commit.
 */
package io.luciola.fio.engine.blockstore;
