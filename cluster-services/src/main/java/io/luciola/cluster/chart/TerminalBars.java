package io.luciola.cluster.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line with a bar for each of some parts of a whole. */
public final class TerminalBars {

  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private TerminalBars() {}

  /**
   * Draws.
   *
   * @param labels by bar
   * @param parts by bar, from 0 to 1
   * @param width characters of a bar for 1
   */
  public static List<String> lines(List<String> labels, double[] parts, int width) {
    int labelWidth = labels.stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int bar = 0; bar < parts.length; bar++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-" + Math.max(1, labelWidth) + "s  %-" + width + "s %5.1f %%",
              labels.get(bar),
              bar(parts[bar], width),
              parts[bar] * 100));
    }
    return lines;
  }

  private static String bar(double part, int width) {
    int eighths = (int) Math.round(Math.clamp(part, 0, 1) * width * 8);
    String bar = "█".repeat(eighths / 8);
    return eighths % 8 == 0 ? bar : bar + EIGHTHS.charAt(eighths % 8);
  }
}
