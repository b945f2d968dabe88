package io.luciola.cluster.chart;

/**
 * Colours for parts of a whole: the more, the farther from the surface, dark on light and bright on
 * dark.
 */
final class HeatScale {

  /** How many colours there are. */
  static final int LEVELS = 21;

  private static final int[] LIGHT = {0xE3EDFA, 0x8DBBF0, 0x3577CC, 0x08204A};
  private static final int[] DARK = {0x1E2D42, 0x22559A, 0x5C9DEA, 0xDDEBFD};

  private HeatScale() {}

  /** The colour of a part from 0 to 1; what lies outside gets that of the end. */
  static int level(double part) {
    return (int) Math.round(Math.clamp(part, 0, 1) * (LEVELS - 1));
  }

  /** The class of a colour. */
  static String style(int level) {
    return "h" + level;
  }

  /** A colour for a light surface, red, green, blue in a byte each. */
  static int light(int level) {
    return between(LIGHT, level);
  }

  /** A colour for a dark surface. */
  static int dark(int level) {
    return between(DARK, level);
  }

  private static int between(int[] stops, int level) {
    double place = (double) level / (LEVELS - 1) * (stops.length - 1);
    int before = Math.min((int) place, stops.length - 2);
    double part = place - before;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = (stops[before] >> shift) & 0xFF;
      int to = (stops[before + 1] >> shift) & 0xFF;
      colour |= (int) Math.round(from + (to - from) * part) << shift;
    }
    return colour;
  }
}
