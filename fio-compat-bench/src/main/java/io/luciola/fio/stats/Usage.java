package io.luciola.fio.stats;

/**
 * What a thread has used of the processor.
 *
 * @param userNs time in user space
 * @param systemNs time in the kernel
 * @param contextSwitches voluntary and forced
 * @param majorFaults page faults that needed I/O
 * @param minorFaults page faults that did not
 */
public record Usage(
    long userNs, long systemNs, long contextSwitches, long majorFaults, long minorFaults) {

  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /** What came on top of an earlier reading. */
  public Usage since(Usage earlier) {
    return new Usage(
        userNs - earlier.userNs,
        systemNs - earlier.systemNs,
        contextSwitches - earlier.contextSwitches,
        majorFaults - earlier.majorFaults,
        minorFaults - earlier.minorFaults);
  }

  /** Both together. */
  public Usage plus(Usage other) {
    return new Usage(
        userNs + other.userNs,
        systemNs + other.systemNs,
        contextSwitches + other.contextSwitches,
        majorFaults + other.majorFaults,
        minorFaults + other.minorFaults);
  }
}
