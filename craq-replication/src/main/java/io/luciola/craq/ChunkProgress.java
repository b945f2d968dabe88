package io.luciola.craq;

/** The update in progress of one chunk, and those that wait for it. */
final class ChunkProgress {}
