package io.luciola.blockstore.fault;

import io.luciola.blockstore.fault.DeviceRequest.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which requests a {@link FailingDevice} fails, and how.
 *
 * @param kinds what is asked for
 * @param firstByte where the failing range begins; flushes match every range
 * @param endByte where it ends
 * @param skipped so many matching requests succeed first
 * @param times so many fail then
 * @param errno what they fail with, positive
 * @param carriedOut whether what was asked for is done nevertheless
 */
public record DeviceFault(
    Set<Kind> kinds,
    long firstByte,
    long endByte,
    long skipped,
    long times,
    int errno,
    boolean carriedOut) {

  /** Fails each request of these kinds, anywhere, from now on. */
  public static DeviceFault of(int errno, Kind first, Kind... others) {
    return new DeviceFault(
        EnumSet.of(first, others), 0, Long.MAX_VALUE, 0, Long.MAX_VALUE, errno, false);
  }

  /** The same, only where a request touches this range. */
  public DeviceFault in(long first, long end) {
    return new DeviceFault(kinds, first, end, skipped, times, errno, carriedOut);
  }

  /** The same, so many times, after so many successes. */
  public DeviceFault times(long failures, long successesBefore) {
    return new DeviceFault(kinds, firstByte, endByte, successesBefore, failures, errno, carriedOut);
  }

  /** The same, only that the device did what it says it failed to do. */
  public DeviceFault butCarriedOut() {
    return new DeviceFault(kinds, firstByte, endByte, skipped, times, errno, true);
  }
}
