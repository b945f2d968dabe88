package io.luciola.target;

import org.jspecify.annotations.Nullable;

/**
 * How far the removal of a target from a disk has come.
 *
 * @param target what was to be removed
 * @param progress how far that is
 * @param refusal why it is not being removed, fit for the user; null when it was not refused
 */
public record Retirement(TargetOnDisk target, Progress progress, @Nullable String refusal) {

  /** What there is to say of a removal. */
  public enum Progress {
    /** It has durably begun; the chunks go in the background. */
    UNDER_WAY,

    /** The disk serves and has no such target, or none any more. */
    GONE,

    /** It has not begun, or nobody can tell how far it is; asking later may help. */
    REFUSED
  }

  /** Refused with a reason, or not refused. */
  public Retirement {
    if ((progress == Progress.REFUSED) != (refusal != null)) {
      throw new IllegalArgumentException(progress + " with reason " + refusal);
    }
  }
}
