package io.luciola.chaintable.placement;

/** Target ids that tell node, disk and number: 3FS's scheme with prefix 0. */
public final class TargetIds {

  /** Most targets on a disk. */
  public static final int MAX_NUMBER = 99;

  private TargetIds() {}

  /**
   * The id of a target.
   *
   * @param diskIndex from 0 to 998
   * @param number on the disk, from 1 to 99
   */
  public static long of(int nodeId, int diskIndex, int number) {
    return (nodeId * 1000L + diskIndex + 1) * 100 + number;
  }

  /** What the ids of all targets at one place in a node, that is of one disk index, share. */
  public static long place(long targetId) {
    return targetId / 100;
  }

  /** The number on its disk in the id of a target. */
  public static int number(long targetId) {
    return (int) (targetId % 100);
  }
}
