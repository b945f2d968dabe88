package io.luciola.cluster.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeatScaleTest {

  private static double luminance(int colour) {
    return 0.2126 * ((colour >> 16) & 0xFF)
        + 0.7152 * ((colour >> 8) & 0xFF)
        + 0.0722 * (colour & 0xFF);
  }

  @Test
  void moreIsDarkerOnLightAndBrighterOnDark() {
    for (int level = 1; level < HeatScale.LEVELS; level++) {
      assertTrue(luminance(HeatScale.light(level)) < luminance(HeatScale.light(level - 1)));
      assertTrue(luminance(HeatScale.dark(level)) > luminance(HeatScale.dark(level - 1)));
    }
  }

  @Test
  void levelsGrowWithThePartAndEndAtItsEnds() {
    assertEquals(0, HeatScale.level(0));
    assertEquals(HeatScale.LEVELS - 1, HeatScale.level(1));
    assertEquals(HeatScale.level(0), HeatScale.level(-0.5));
    assertEquals(HeatScale.level(1), HeatScale.level(7));
    int last = 0;
    for (int thousandth = 0; thousandth <= 1000; thousandth++) {
      int level = HeatScale.level(thousandth / 1000.0);
      assertTrue(level == last || level == last + 1);
      last = level;
    }
  }
}
