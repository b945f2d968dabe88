package io.luciola.cluster.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reused requests, found by index or tag. Grows when more are in progress than ever before. */
final class RequestTable<T extends Request> {

  private final Supplier<T> factory;
  private final List<T> all = new ArrayList<>();
  private int[] free = new int[64];
  private int freeCount;

  RequestTable(Supplier<T> factory) {
    this.factory = factory;
  }

  T acquire() {
    T request;
    if (freeCount > 0) {
      request = all.get(free[--freeCount]);
    } else {
      request = factory.get();
      request.index = all.size();
      all.add(request);
      if (all.size() > free.length) {
        free = new int[free.length * 2];
      }
    }
    request.generation = request.generation == Integer.MAX_VALUE ? 1 : request.generation + 1;
    request.inUse = true;
    return request;
  }

  void release(T request) {
    if (!request.inUse) {
      throw new IllegalStateException("a request was released twice");
    }
    request.inUse = false;
    request.reset();
    free[freeCount++] = request.index;
  }

  /** How many there are, in use or not. */
  int size() {
    return all.size();
  }

  int inUse() {
    return all.size() - freeCount;
  }

  T at(int index) {
    return all.get(index);
  }

  /** The request in progress with a tag; null when it is over, or the tag is nonsense. */
  @Nullable T find(long tag) {
    int index = (int) tag;
    if (index < 0 || index >= all.size()) {
      return null;
    }
    T request = all.get(index);
    return request.inUse && request.tag() == tag ? request : null;
  }
}
