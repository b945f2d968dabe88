package io.luciola.fio.bench;

import java.util.ArrayList;
import java.util.List;

/** The middle one of some values. */
final class Medians {

  private Medians() {}

  /** The median; of an even number, the mean of the middle two. There must be a value. */
  static double of(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
