package io.luciola.cluster.chart;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first one to the left, the others to the right. */
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with the names of its columns. */
  public TextTable(List<String> names) {
    rows.add(List.copyOf(names));
  }

  /** Adds a row; cells that it lacks are empty. */
  public void add(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  /** All lines, the names first. */
  public List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String space = " ".repeat(widths[column] - cell.length());
      line.append(column == 0 ? cell + space : "  " + space + cell);
    }
    return line.toString().stripTrailing();
  }
}
