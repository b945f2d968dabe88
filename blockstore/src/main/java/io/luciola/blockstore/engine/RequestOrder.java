package io.luciola.blockstore.engine;

/**
 * Requests in flight on extents that others may free, by age: an extent is reused only after all
 * that began before it was freed have ended.
 */
final class RequestOrder {

  private OrderedRequest oldest;
  private OrderedRequest newest;
  private long next = 1;

  /** The number which the next request gets. */
  long nextNumber() {
    return next;
  }

  /** Every request with a smaller number has ended. */
  long oldestNumber() {
    return oldest == null ? next : oldest.number;
  }

  boolean isEmpty() {
    return oldest == null;
  }

  void begin(OrderedRequest request) {
    request.number = next++;
    request.earlier = newest;
    request.later = null;
    if (newest == null) {
      oldest = request;
    } else {
      newest.later = request;
    }
    newest = request;
  }

  void end(OrderedRequest request) {
    if (request.earlier == null) {
      oldest = request.later;
    } else {
      request.earlier.later = request.later;
    }
    if (request.later == null) {
      newest = request.earlier;
    } else {
      request.later.earlier = request.earlier;
    }
    request.earlier = null;
    request.later = null;
  }
}
