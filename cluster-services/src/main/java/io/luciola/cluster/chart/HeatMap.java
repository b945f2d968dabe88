package io.luciola.cluster.chart;

import java.util.List;
import java.util.Locale;

/**
 * Parts of a whole by row and column, each a coloured cell.
 *
 * @param title what is shown
 * @param corner what rows and columns are, such as {@code node \ disk}
 * @param rows their names
 * @param columns their names
 * @param parts by row and column, from 0 to 1; NaN: there is no such cell
 */
@SuppressWarnings("ArrayRecordComponent") // large, read only, never compared
public record HeatMap(
    String title, String corner, List<String> rows, List<String> columns, double[][] parts) {

  private static final int LABELS_WIDTH = 84;
  private static final int LABELS_HEIGHT = 48;
  private static final int LEGEND_HEIGHT = 52;
  private static final int LEGEND_WIDTH = 210;
  private static final int LABEL_SPACE = 14;
  private static final int WIDE_LABEL_SPACE = 22;

  /** What all the cells together are to take when there are many. */
  private static final double WANTED_WIDTH = 400;

  private static final double WANTED_HEIGHT = 900;

  /** More cells say nothing when one points at them, so that the file stays small. */
  private static final int MAX_TIPS = 500;

  double cellWidth() {
    return Math.clamp(WANTED_WIDTH / columns.size(), 4, 28);
  }

  double cellHeight() {
    return Math.clamp(WANTED_HEIGHT / rows.size(), 2, 22);
  }

  int width() {
    int cells = (int) Math.ceil(LABELS_WIDTH + cellWidth() * columns.size());
    return Math.max(cells, LABELS_WIDTH + LEGEND_WIDTH);
  }

  int height() {
    return (int) Math.ceil(LABELS_HEIGHT + cellHeight() * rows.size() + LEGEND_HEIGHT);
  }

  void draw(SvgDocument into, double left, double top) {
    double x = left + LABELS_WIDTH;
    double y = top + LABELS_HEIGHT;
    into.text(left, top + 14, SvgStyle.NOTE, title);
    into.text(x - 8, y - 8, SvgStyle.NOTE_RIGHT, corner);
    int everyColumn = (int) Math.ceil(WIDE_LABEL_SPACE / cellWidth());
    for (int column = 0; column < columns.size(); column += everyColumn) {
      double middle = x + (column + 0.5) * cellWidth();
      into.text(middle, y - 8, SvgStyle.NOTE_CENTRED, columns.get(column));
    }
    int everyRow = (int) Math.ceil(LABEL_SPACE / cellHeight());
    for (int row = 0; row < rows.size(); row += everyRow) {
      double middle = y + (row + 0.5) * cellHeight();
      into.label(x - 8, middle, SvgStyle.NOTE_RIGHT, rows.get(row));
    }
    drawCells(into, x, y);
    drawLegend(into, x, y + cellHeight() * rows.size() + 16);
  }

  private void drawCells(SvgDocument into, double x, double y) {
    double gapX = cellWidth() >= 8 ? 1 : 0;
    double gapY = cellHeight() >= 8 ? 1 : 0;
    boolean tips = (long) rows.size() * columns.size() <= MAX_TIPS;
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        double part = parts[row][column];
        if (!Double.isNaN(part)) {
          into.rectangle(
              x + column * cellWidth(),
              y + row * cellHeight(),
              cellWidth() - gapX,
              cellHeight() - gapY,
              HeatScale.style(HeatScale.level(part)),
              tips ? tip(row, column, part) : "");
        }
      }
    }
  }

  private String tip(int row, int column, double part) {
    return String.format(
        Locale.ROOT, "%s / %s: %.1f %%", rows.get(row), columns.get(column), part * 100);
  }

  private static void drawLegend(SvgDocument into, double x, double y) {
    double step = (double) (LEGEND_WIDTH - 20) / HeatScale.LEVELS;
    for (int level = 0; level < HeatScale.LEVELS; level++) {
      into.rectangle(x + level * step, y, step + 0.5, 10, HeatScale.style(level), "");
    }
    into.text(x, y + 26, SvgStyle.NOTE, "0 %");
    into.text(x + step * HeatScale.LEVELS / 2, y + 26, SvgStyle.NOTE_CENTRED, "50 %");
    into.text(x + step * HeatScale.LEVELS, y + 26, SvgStyle.NOTE_RIGHT, "100 %");
  }
}
