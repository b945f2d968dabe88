package io.luciola.cluster.chart;

import java.util.ArrayList;
import java.util.List;

/** A heat map in characters: a digit for the tens of whole percents, █ is full, a dot no cell. */
public final class TerminalHeatMap {

  /** What the characters mean. */
  public static final String LEGEND = "0: below 10 %, 1: below 20 %, ... 9: from 90 %, █: full";

  private TerminalHeatMap() {}

  /** A line for the names of columns, and one for each row. */
  public static List<String> lines(HeatMap map) {
    int names = Math.max(width(map.rows()), map.corner().length());
    int cells = width(map.columns());
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(pad(map.corner(), names));
    map.columns().forEach(column -> head.append(' ').append(pad(column, cells)));
    lines.add(head.toString());
    for (int row = 0; row < map.rows().size(); row++) {
      StringBuilder line = new StringBuilder(pad(map.rows().get(row), names));
      for (double part : map.parts()[row]) {
        line.append(' ').append(pad(cell(part), cells));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String cell(double part) {
    if (Double.isNaN(part)) {
      return "·";
    }
    long percent = Math.round(Math.clamp(part, 0, 1) * 100);
    return percent == 100 ? "█" : Long.toString(percent / 10);
  }

  private static int width(List<String> names) {
    return names.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
