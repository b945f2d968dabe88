package io.luciola.fio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The comparison as a table for people. */
final class ResultTable {

  private static final List<String> HEAD =
      List.of("case", "measure", "ours", "reference", "ratio", "bar", "reached");

  private ResultTable() {}

  /** The table, a line break at its end. */
  static String of(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    rows.forEach(row -> lines.add(cells(row)));
    int[] widths = new int[HEAD.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line.get(i).length());
        boolean number = i >= 2 && i <= 4;
        row.append(number ? padding + line.get(i) : line.get(i) + padding).append("  ");
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.caseName(),
        row.measure(),
        value(row.ours(), row.unit()),
        value(row.reference(), row.unit()),
        Double.isNaN(row.ratio()) ? "" : number(row.ratio()),
        bar(row),
        row.judgement() == Judgement.NONE ? "-" : row.reached() ? "yes" : "NO");
  }

  private static String value(double value, String unit) {
    return Double.isNaN(value) ? "" : number(value) + " " + unit;
  }

  private static String bar(Row row) {
    if (row.judgement() == Judgement.NONE) {
      return "-";
    }
    String sign = row.judgement().atLeast() ? ">= " : "<= ";
    return sign
        + number(row.bar())
        + (row.judgement().relative() ? " x reference" : " " + row.unit());
  }

  /** Three digits, more in front of the point. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
