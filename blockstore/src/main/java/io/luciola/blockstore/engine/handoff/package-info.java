/**
 * An engine used by other threads than the one that owns it: requests go through a ring into the
 * engine's agent, completions come back through a ring for each client. Where the caller owns the
 * engine, the plain {@link io.luciola.blockstore.engine.ChunkEngine} is used and nothing of this.
 */
package io.luciola.blockstore.engine.handoff;
