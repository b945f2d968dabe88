package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkEngine;
import java.util.function.Function;

/**
 * An engine that is yet to be opened.
 *
 * @param roleName names its agent, and its thread when it has one of its own
 * @param opener opens it; called once, by the thread that will own it, with the listener of its
 *     completions. What it throws reaches the caller of {@link EngineRunner#start}
 */
public record EngineSource(
    String roleName, Function<ChunkEngine.Listener, ? extends ChunkEngine> opener) {}
