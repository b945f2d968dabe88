package io.luciola.blockstore.engine.handoff;

import org.jspecify.annotations.Nullable;

/** Requests that wait for room in the engine, first come first served. Linked through them. */
final class RequestLine {

  private @Nullable Request first;
  private @Nullable Request last;

  boolean isEmpty() {
    return first == null;
  }

  @Nullable Request peek() {
    return first;
  }

  void add(Request request) {
    request.next = null;
    if (last == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
  }

  void removeFirst() {
    Request gone = first;
    first = gone.next;
    gone.next = null;
    if (first == null) {
      last = null;
    }
  }
}
