package io.luciola.cluster.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn with characters. */
class TerminalTest {

  @Test
  void barsHaveEighthsOfACharacter() {
    assertEquals(
        List.of(
            "disk 0   ████████ 100.0 %",
            "disk 1   ████      50.0 %", "disk 10  ▉         10.9 %", "none                0.0 %"),
        TerminalBars.lines(
            List.of("disk 0", "disk 1", "disk 10", "none"), new double[] {1, 0.5, 0.109, 0}, 8));
  }

  @Test
  void aHeatMapHasADigitForEachCell() {
    double nothing = Double.NaN;
    HeatMap map =
        new HeatMap(
            "not shown",
            "node \\ disk",
            List.of("1", "12"),
            List.of("0", "1", "10"),
            new double[][] {{0, 0.099, 1}, {0.9, nothing, 0.8999}});
    assertEquals(
        List.of(
            "node \\ disk  0  1 10", //
            "          1  0  1  █",
            "         12  9  ·  9"),
        TerminalHeatMap.lines(map));
  }

  @Test
  void aTableIsAsWideAsItsWidestCells() {
    TextTable table = new TextTable(List.of("name", "a", "bb"));
    table.add(List.of("x", "100", "2"));
    table.add(List.of("longer name"));
    assertEquals(
        List.of(
            "name           a  bb", //
            "x            100   2",
            "longer name"),
        table.lines());
  }
}
