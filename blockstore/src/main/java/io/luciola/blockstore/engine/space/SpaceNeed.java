package io.luciola.blockstore.engine.space;

import org.jspecify.annotations.Nullable;

/** What an update wants an extent for. Updates without an extent need no admission. */
public enum SpaceNeed {

  /**
   * A new chunk, or a larger extent for one that grows: refused from {@link SpaceLevel#REJECT} on.
   */
  GROW(SpaceLevel.REJECT),

  /** A copy in place of an extent of the same size: refused at {@link SpaceLevel#FULL}. */
  REWRITE(SpaceLevel.FULL),

  /** A copy that a truncate or a punch makes: never refused. */
  SHRINK(null);

  private final @Nullable SpaceLevel refusedFrom;

  SpaceNeed(@Nullable SpaceLevel refusedFrom) {
    this.refusedFrom = refusedFrom;
  }

  /** Whether this need is turned down at a level. */
  boolean isRefusedAt(SpaceLevel level) {
    return refusedFrom != null && level.compareTo(refusedFrom) >= 0;
  }
}
