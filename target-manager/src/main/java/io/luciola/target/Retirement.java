package io.luciola.target;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of the wish to remove a target from a disk.
 *
 * @param targetId the target
 * @param diskUuid the disk that has it; null when none in this node does
 * @param refusal why it is not being removed, fit for the user; null when it is
 */
public record Retirement(long targetId, @Nullable UUID diskUuid, @Nullable String refusal) {

  /** Whether the target is being removed, for good. */
  public boolean isUnderWay() {
    return refusal == null;
  }
}
