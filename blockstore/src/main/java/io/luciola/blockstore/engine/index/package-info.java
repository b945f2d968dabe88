/** What the engine knows of chunks and blocks in memory: off-heap, fixed-size, without locks. */
package io.luciola.blockstore.engine.index;
