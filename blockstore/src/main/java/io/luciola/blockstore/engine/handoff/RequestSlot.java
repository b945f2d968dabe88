package io.luciola.blockstore.engine.handoff;

import org.jspecify.annotations.Nullable;

/** An entry of a ring: which request crosses. */
final class RequestSlot {
  @Nullable Request request;
}
