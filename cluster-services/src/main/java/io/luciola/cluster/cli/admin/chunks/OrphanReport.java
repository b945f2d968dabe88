package io.luciola.cluster.cli.admin.chunks;

import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search for chunks that belong to no file found.
 *
 * @param targets that were looked through
 * @param chunks that they hold
 * @param failures why targets could not be looked through, in words
 */
record OrphanReport(long targets, long chunks, List<Orphan> orphans, List<String> failures) {

  /**
   * A chunk on a target that belongs to no file.
   *
   * @param state of the target; null when it is in no chain
   */
  record Orphan(
      String chunk,
      long target,
      int node,
      int chain,
      @Nullable PublicTargetState state,
      int lengthBytes,
      String reason) {}

  boolean isWell() {
    return orphans.isEmpty() && failures.isEmpty();
  }
}
