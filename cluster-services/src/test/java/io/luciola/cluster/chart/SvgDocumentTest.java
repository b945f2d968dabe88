package io.luciola.cluster.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class SvgDocumentTest {

  private static final String AWKWARD = "a<b> & \"c\" 'd' ]]> \u0001 é 𝄞";

  @Test
  void textIsShownAsItIsAndNeverTakenForMarkup() {
    SvgDocument svg = new SvgDocument(100, 50, AWKWARD);
    svg.text(1, 2, SvgStyle.NOTE, AWKWARD);
    svg.rectangle(0, 0, 10, 10, SvgStyle.BAR, AWKWARD);
    Document document = Xml.parse(svg.text());
    String expected = AWKWARD.replace('\u0001', '\uFFFD');
    assertEquals(expected, Xml.elements(document, "text", "note").getFirst().getTextContent());
    assertEquals(expected, Xml.elements(document, "rect", "bar").getFirst().getTextContent());
    assertEquals(expected, Xml.elements(document, "title", "").getFirst().getTextContent());
  }

  @Test
  void nothingIsFetchedAndNothingRuns() {
    String text = new SvgDocument(100, 50, "t").text();
    assertFalse(text.contains("<script"), text);
    assertFalse(text.contains("href"), text);
    assertFalse(text.contains("url("), text);
    assertFalse(text.contains("@import"), text);
  }

  @Test
  void thereIsAStyleForDarkReaders() {
    String text = new SvgDocument(100, 50, "t").text();
    assertTrue(text.contains("@media (prefers-color-scheme:dark)"), text);
    assertEquals("0 0 100 50", Xml.parse(text).getDocumentElement().getAttribute("viewBox"));
  }

  @Test
  void coordinatesAreShortAndInNoLocale() {
    SvgDocument svg = new SvgDocument(100, 50, "t");
    svg.line(1.0, 2.5, 3.333333, 4, SvgStyle.GRID);
    assertTrue(
        svg.text().contains("x1=\"1\" y1=\"2.50\" x2=\"3.33\" y2=\"4\" class=\"grid\""),
        svg.text());
  }
}
