package io.luciola.chaintable.placement;

/** Target ids that tell node, disk and number: 3FS's scheme with prefix 0. */
final class TargetIds {

  private TargetIds() {}

  /**
   * The id of a target.
   *
   * @param diskIndex from 0 to 998
   * @param number on the disk, from 1 to 99
   */
  static long of(int nodeId, int diskIndex, int number) {
    return (nodeId * 1000L + diskIndex + 1) * 100 + number;
  }

  /** The number on its disk in the id of a target. */
  static int number(long targetId) {
    return (int) (targetId % 100);
  }
}
