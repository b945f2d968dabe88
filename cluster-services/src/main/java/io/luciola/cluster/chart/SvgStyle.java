package io.luciola.cluster.chart;

import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** The classes that pictures are styled by, on a light and on a dark surface. */
final class SvgStyle {

  static final String TITLE = "title";
  static final String HEADING = "heading";
  static final String NOTE = "note";
  static final String NOTE_CENTRED = "note centred";
  static final String NOTE_RIGHT = "note right";
  static final String GRID = "grid";
  static final String BAR = "bar";
  static final String MEAN = "mean";
  static final String ABSENT = "absent";

  private SvgStyle() {}

  static String css() {
    StringBuilder css = new StringBuilder();
    css.append("text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif}\n");
    css.append(".title{font-size:17px;font-weight:600}.heading{font-size:15px;font-weight:600}\n");
    css.append(".note{font-size:12px}.centred{text-anchor:middle}.right{text-anchor:end}\n");
    css.append(".grid{stroke-width:1}.mean{stroke-width:1.5;stroke-dasharray:5 3}\n");
    append(css, "#fcfcfb", "#1a1a18", "#55544f", "#dddcd5", "#2a78d6", "#b3261e");
    appendHeat(css, HeatScale::light);
    css.append("@media (prefers-color-scheme:dark){\n");
    append(css, "#191918", "#f4f4f0", "#c3c2b7", "#3a3a37", "#4a93ea", "#ff8a80");
    appendHeat(css, HeatScale::dark);
    css.append("}\n");
    return css.toString();
  }

  private static void append(
      StringBuilder css,
      String surface,
      String text,
      String note,
      String grid,
      String bar,
      String mean) {
    css.append(
            ".surface{fill:%s}.title,.heading{fill:%s}.note{fill:%s}\n"
                .formatted(surface, text, note))
        .append(".grid{stroke:%s}.absent{fill:%s}".formatted(grid, grid))
        .append(".bar{fill:%s}.mean{stroke:%s}\n".formatted(bar, mean));
  }

  private static void appendHeat(StringBuilder css, IntUnaryOperator colour) {
    for (int level = 0; level < HeatScale.LEVELS; level++) {
      css.append(
          String.format(
              Locale.ROOT, ".%s{fill:#%06x}", HeatScale.style(level), colour.applyAsInt(level)));
    }
    css.append('\n');
  }
}
