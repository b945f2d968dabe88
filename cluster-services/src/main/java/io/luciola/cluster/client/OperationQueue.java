package io.luciola.cluster.client;

import org.jspecify.annotations.Nullable;

/** The operations of a data path: unused, waiting to be started in order, and completed. */
final class OperationQueue {

  private final Operation[] free;
  private final Ring waiting;
  private final Ring completed;
  private final int capacity;
  private int freeCount;

  OperationQueue(int capacity) {
    this.capacity = capacity;
    free = new Operation[capacity];
    waiting = new Ring(capacity);
    completed = new Ring(capacity);
    for (int i = 0; i < capacity; i++) {
      free[freeCount++] = new Operation();
    }
  }

  @Nullable Operation acquire() {
    return freeCount == 0 ? null : free[--freeCount];
  }

  void enqueue(Operation operation) {
    operation.started = false;
    waiting.add(operation);
  }

  @Nullable Operation first() {
    return waiting.first();
  }

  void removeFirst() {
    waiting.removeFirst();
  }

  void complete(Operation operation) {
    completed.add(operation);
  }

  int inFlight() {
    return capacity - freeCount;
  }

  /** Hands over what completed until now, and not what the handler causes. */
  int deliver(DataPath.Completion completion) {
    int count = completed.size();
    for (int i = 0; i < count; i++) {
      Operation operation = completed.first();
      completed.removeFirst();
      long tag = operation.tag;
      int result = operation.result();
      free[freeCount++] = operation;
      completion.onCompletion(tag, result);
    }
    return count;
  }

  /** A bounded queue. */
  private static final class Ring {
    private final Operation[] slots;
    private int head;
    private int size;

    Ring(int capacity) {
      slots = new Operation[capacity];
    }

    int size() {
      return size;
    }

    @Nullable Operation first() {
      return size == 0 ? null : slots[head];
    }

    void removeFirst() {
      slots[head] = null;
      head = (head + 1) % slots.length;
      size--;
    }

    void add(Operation operation) {
      slots[(head + size) % slots.length] = operation;
      size++;
    }
  }
}
