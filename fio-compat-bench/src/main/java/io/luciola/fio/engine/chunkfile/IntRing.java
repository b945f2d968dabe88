package io.luciola.fio.engine.chunkfile;

/** A queue of numbers with a bound. */
final class IntRing {

  private final int[] elements;
  private int head;
  private int size;

  IntRing(int capacity) {
    elements = new int[capacity];
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** The one that is taken after {@code index} others. */
  int at(int index) {
    return elements[(head + index) % elements.length];
  }

  void add(int element) {
    elements[(head + size++) % elements.length] = element;
  }

  /** The oldest; there must be one. */
  int take() {
    int element = elements[head];
    head = head + 1 == elements.length ? 0 : head + 1;
    size--;
    return element;
  }
}
