package io.luciola.cluster.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ChartPageTest {

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  private static ChartPage.Panel panel(int rows, int columns) {
    double[][] parts = new double[rows][columns];
    for (double[] row : parts) {
      Arrays.setAll(row, column -> (double) column / columns);
    }
    double[] values = new double[rows];
    Arrays.fill(values, 1.25);
    return new ChartPage.Panel(
        "a panel",
        new HeatMap("a map", "row \\ column", numbers(rows), numbers(columns), parts),
        new BarChart("bars", numbers(rows), values, "the mean"));
  }

  private static Document draw(ChartPage.Panel... panels) {
    return Xml.parse(new ChartPage("a page", List.of(panels)).svg().text());
  }

  @Test
  void thereIsACellForEachValueAndABarForEachNumber() {
    Document page = draw(panel(6, 12), panel(6, 12));
    assertEquals(144, Xml.cells(page, 2));
    assertEquals(12, Xml.elements(page, "rect", SvgStyle.BAR).size());
    assertEquals(2, Xml.elements(page, "line", SvgStyle.MEAN).size());
  }

  @Test
  void aPlaceWithoutAValueHasNoCellAndNoBar() {
    double[][] parts = {{0.5, Double.NaN}, {Double.NaN, 1}};
    double[] values = {1, Double.NaN};
    Document page =
        draw(
            new ChartPage.Panel(
                "p",
                new HeatMap("m", "c", numbers(2), numbers(2), parts),
                new BarChart("b", numbers(2), values, "mean")));
    assertEquals(2, Xml.cells(page, 1));
    assertEquals(1, Xml.elements(page, "rect", SvgStyle.BAR).size());
  }

  @Test
  void aLargeClusterStaysReadable() {
    Document page = draw(panel(180, 16), panel(180, 16));
    Element svg = page.getDocumentElement();
    assertTrue(Integer.parseInt(svg.getAttribute("width")) <= 1_400, svg.getAttribute("width"));
    assertTrue(Integer.parseInt(svg.getAttribute("height")) <= 1_500, svg.getAttribute("height"));
    assertEquals(2 * 180 * 16, Xml.cells(page, 2));
    List<Element> labels = Xml.elements(page, "text", SvgStyle.NOTE_RIGHT);
    double last = Double.NEGATIVE_INFINITY;
    for (Element label : labels.subList(1, 20)) {
      double y = Double.parseDouble(label.getAttribute("y"));
      assertTrue(y - last >= 12, "row labels do not overlap");
      last = y;
    }
  }

  @Test
  void everythingLiesWithinThePicture() {
    for (int rows : new int[] {1, 6, 180, 1_000}) {
      Document page = draw(panel(rows, 16), panel(rows, 16));
      double width = Double.parseDouble(page.getDocumentElement().getAttribute("width"));
      double height = Double.parseDouble(page.getDocumentElement().getAttribute("height"));
      for (Element rect : Xml.elements(page, "rect", "")) {
        if (!rect.getAttribute("class").equals("surface")) {
          assertWithin(rect, "x", "width", width);
          assertWithin(rect, "y", "height", height);
        }
      }
    }
  }

  private static void assertWithin(Element rect, String from, String length, double most) {
    double begin = Double.parseDouble(rect.getAttribute(from));
    double size = Double.parseDouble(rect.getAttribute(length));
    assertTrue(begin >= 0 && size > 0 && begin + size <= most, begin + " + " + size);
  }

  @Test
  void barsAreAsHighAsTheirValues() {
    double[] values = {0.5, 1, 2};
    Document page =
        draw(
            new ChartPage.Panel(
                "p",
                new HeatMap("m", "c", numbers(1), numbers(1), new double[][] {{0.5}}),
                new BarChart("b", numbers(3), values, "mean")));
    double[] heights =
        Xml.elements(page, "rect", SvgStyle.BAR).stream()
            .mapToDouble(bar -> Double.parseDouble(bar.getAttribute("height")))
            .toArray();
    assertEquals(2 * heights[0], heights[1], 0.02);
    assertEquals(2 * heights[1], heights[2], 0.02);
  }
}
