package io.luciola.blockstore.engine.handoff;

import java.util.Arrays;

/** The requests that the engine works on, by the tags which it was given for them. */
final class InEngine {

  private Request[] requests = new Request[256];
  private int[] free = new int[256];
  private int freeCount;
  private int made;

  int size() {
    return made - freeCount;
  }

  /** Keeps a request; allocates only when there were never so many. */
  int put(Request request) {
    int tag = freeCount > 0 ? free[--freeCount] : made++;
    if (tag == requests.length) {
      requests = Arrays.copyOf(requests, made * 2);
      free = Arrays.copyOf(free, made * 2);
    }
    requests[tag] = request;
    return tag;
  }

  Request take(long tag) {
    Request request = requests[(int) tag];
    free[freeCount++] = (int) tag;
    return request;
  }
}
