package io.luciola.fuse.vfs;

import org.jspecify.annotations.Nullable;

/**
 * What setattr is to change; null leaves a value alone.
 *
 * @param mode permission bits (07777)
 * @param atime access time
 * @param mtime modification time
 */
public record AttributeChange(
    @Nullable Integer mode,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Long lengthBytes,
    @Nullable FileTime atime,
    @Nullable FileTime mtime) {

  /** Only a new length, and with it a new modification time. */
  static AttributeChange truncateTo(long lengthBytes) {
    return new AttributeChange(null, null, null, lengthBytes, null, FileTime.NOW);
  }

  /**
   * A time to set.
   *
   * @param now the server's clock, whatever {@code ns} says
   * @param ns nanoseconds since 1970
   */
  public record FileTime(boolean now, long ns) {

    /** The server's clock. */
    public static final FileTime NOW = new FileTime(true, 0);

    /** A moment of the caller's choice. */
    public static FileTime of(long seconds, long nanos) {
      return new FileTime(false, Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos));
    }
  }
}
