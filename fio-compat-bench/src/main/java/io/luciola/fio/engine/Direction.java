package io.luciola.fio.engine;

import java.util.List;

/** What an I/O does to the data. */
public enum Direction {
  /** From the file into memory. */
  READ(0),
  /** From memory into the file. */
  WRITE(1),
  /** Tells that a range is no longer needed. */
  TRIM(2);

  /** How many there are. */
  public static final int COUNT = 3;

  /** All directions in fio's order; a constant, so that loops need not allocate. */
  public static final List<Direction> ALL = List.of(values());

  private final int index;

  Direction(int index) {
    this.index = index;
  }

  /** 0, 1, 2: fio's number of the direction, in its log files and in lists of three. */
  public int index() {
    return index;
  }

  /** The name as JSON keys and reports have it: {@code read}, {@code write}, {@code trim}. */
  public String label() {
    return switch (this) {
      case READ -> "read";
      case WRITE -> "write";
      case TRIM -> "trim";
    };
  }
}
