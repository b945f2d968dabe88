package io.luciola.cluster.chart;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads pictures as a reader of XML does. */
public final class Xml {

  private Xml() {}

  /** Parses; a document that is not well-formed fails the test. */
  public static Document parse(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    } catch (ParserConfigurationException | SAXException | IOException malformed) {
      throw new AssertionError(text, malformed);
    }
  }

  /** All elements of a name whose class begins so. */
  public static List<Element> elements(Document document, String name, String styleBegin) {
    NodeList all = document.getElementsByTagName(name);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element element
          && element.getAttribute("class").startsWith(styleBegin)) {
        found.add(element);
      }
    }
    return found;
  }

  /** How many cells of heat maps there are, legends not counted. */
  public static int cells(Document document, int legends) {
    int coloured =
        (int)
            elements(document, "rect", "h").stream()
                .filter(rect -> rect.getAttribute("class").matches("h\\d+"))
                .count();
    return coloured - legends * HeatScale.LEVELS;
  }
}
