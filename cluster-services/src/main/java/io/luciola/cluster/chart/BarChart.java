package io.luciola.cluster.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A bar for each of some values, and a line across at 1, to which they compare.
 *
 * @param title what is shown
 * @param labels by bar
 * @param values by bar, not negative; NaN: there is no bar
 * @param lineLabel what 1 is
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record BarChart(String title, List<String> labels, double[] values, String lineLabel) {

  static final int HEIGHT = 232;

  private static final int AXIS_WIDTH = 84;
  private static final int PLOT_TOP = 42;
  private static final int PLOT_HEIGHT = 150;
  private static final int MAX_BAR_WIDTH = 40;
  private static final int LABEL_SPACE = 30;
  private static final int MAX_TIPS = 1_500;

  void draw(SvgDocument into, double left, double top, double width) {
    into.text(left, top + 14, SvgStyle.NOTE, title);
    double x = left + AXIS_WIDTH;
    double y = top + PLOT_TOP + PLOT_HEIGHT;
    double plotWidth = width - AXIS_WIDTH;
    double step = Math.min(MAX_BAR_WIDTH, plotWidth / Math.max(1, values.length));
    double right = x + step * values.length;
    double tick = tick();
    double scale = PLOT_HEIGHT / (Math.ceil(most() / tick) * tick);
    String digits = tick >= 1 ? "%.0f" : tick >= 0.1 ? "%.1f" : "%.2f";
    for (double value = 0; value * scale <= PLOT_HEIGHT + 0.5; value += tick) {
      into.line(x, y - value * scale, right, y - value * scale, SvgStyle.GRID);
      into.label(
          x - 8, y - value * scale, SvgStyle.NOTE_RIGHT, String.format(Locale.ROOT, digits, value));
    }
    drawBars(into, x, y, step, scale);
    into.line(x, y - scale, right, y - scale, SvgStyle.MEAN);
    into.text(right, top + PLOT_TOP - 8, SvgStyle.NOTE_RIGHT, "dashed: " + lineLabel);
  }

  private void drawBars(SvgDocument into, double x, double y, double step, double scale) {
    double gap = step >= 4 ? Math.min(2, step / 4) : 0;
    int every = (int) Math.ceil(LABEL_SPACE / step);
    for (int bar = 0; bar < values.length; bar++) {
      if (!Double.isNaN(values[bar])) {
        into.rectangle(
            x + bar * step,
            y - values[bar] * scale,
            step - gap,
            values[bar] * scale,
            SvgStyle.BAR,
            values.length <= MAX_TIPS
                ? String.format(Locale.ROOT, "%s: %.2f", labels.get(bar), values[bar])
                : "");
      }
      if (bar % every == 0) {
        into.text(x + (bar + 0.5) * step, y + 16, SvgStyle.NOTE_CENTRED, labels.get(bar));
      }
    }
  }

  private double most() {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).reduce(1.0, Math::max);
  }

  /** The step of the axis: 1, 2 or 5 times a power of ten, about four of them. */
  private double tick() {
    double wanted = most() / 4;
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    double part = wanted / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }
}
