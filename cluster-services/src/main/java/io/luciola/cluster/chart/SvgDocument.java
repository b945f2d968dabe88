package io.luciola.cluster.chart;

import java.util.Locale;

/**
 * A picture that needs nothing else: no script, no font, no file. Its colours follow whether its
 * reader prefers light or dark.
 */
public final class SvgDocument {

  private static final double TEXT_CENTRE = 4;

  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;
  private final String title;

  /** An empty picture, in pixels. */
  public SvgDocument(int width, int height, String title) {
    this.width = width;
    this.height = height;
    this.title = title;
  }

  /**
   * A filled rectangle.
   *
   * @param style a class of {@link SvgStyle}
   * @param tip what is shown when the reader points at it; empty: nothing
   */
  void rectangle(double x, double y, double width, double height, String style, String tip) {
    body.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\""
            .formatted(number(x), number(y), number(width), number(height), style));
    body.append(tip.isEmpty() ? "/>\n" : "><title>" + escape(tip) + "</title></rect>\n");
  }

  /** A line. */
  void line(double fromX, double fromY, double toX, double toY, String style) {
    body.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n"
            .formatted(number(fromX), number(fromY), number(toX), number(toY), style));
  }

  /** Text whose left end, middle or right end is at a place, by its style; y is its baseline. */
  void text(double x, double y, String style, String text) {
    body.append(
        "<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n"
            .formatted(number(x), number(y), style, escape(text)));
  }

  /** Text whose middle is at a height. */
  void label(double x, double middleY, String style, String text) {
    text(x, middleY + TEXT_CENTRE, style, text);
  }

  /** The whole document. */
  public String text() {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">
    <title>%s</title>
    <style>
    %s</style>
    <rect width="%d" height="%d" class="surface"/>
    %s</svg>
    """
        .formatted(
            width, height, width, height, escape(title), SvgStyle.css(), width, height, body);
  }

  /** Text in which nothing is taken for markup; what XML cannot hold becomes U+FFFD. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isXml(point) ? point : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isXml(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= 0x20 && point <= 0xD7FF)
        || (point >= 0xE000 && point <= 0xFFFD)
        || point >= 0x10000;
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }
}
