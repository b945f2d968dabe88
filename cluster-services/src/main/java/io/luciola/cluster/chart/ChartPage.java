package io.luciola.cluster.chart;

import java.util.List;

/**
 * Panels beside each other, each a heat map above bars.
 *
 * @param title above all
 * @param panels at least one
 */
public record ChartPage(String title, List<Panel> panels) {

  private static final int MARGIN = 24;
  private static final int GAP = 40;
  private static final int TITLE_HEIGHT = 40;
  private static final int HEADING_HEIGHT = 28;
  private static final int LEAST_PANEL_WIDTH = 460;

  /**
   * What is judged, in two charts.
   *
   * @param heading its name
   */
  public record Panel(String heading, HeatMap map, BarChart bars) {}

  /** Copies the list. */
  public ChartPage {
    panels = List.copyOf(panels);
  }

  /** Draws all of it. */
  public SvgDocument svg() {
    int panelWidth =
        Math.max(
            LEAST_PANEL_WIDTH,
            panels.stream().mapToInt(panel -> panel.map.width()).max().orElse(0));
    int mapHeight = panels.stream().mapToInt(panel -> panel.map.height()).max().orElse(0);
    int width = 2 * MARGIN + panels.size() * (panelWidth + GAP) - GAP;
    int height = 2 * MARGIN + TITLE_HEIGHT + HEADING_HEIGHT + mapHeight + BarChart.HEIGHT;
    SvgDocument svg = new SvgDocument(width, height, title);
    svg.text(MARGIN, MARGIN + 14, SvgStyle.TITLE, title);
    double x = MARGIN;
    double top = MARGIN + TITLE_HEIGHT;
    for (Panel panel : panels) {
      svg.text(x, top + 12, SvgStyle.HEADING, panel.heading);
      panel.map.draw(svg, x, top + HEADING_HEIGHT);
      panel.bars.draw(svg, x, top + HEADING_HEIGHT + mapHeight, panelWidth);
      x += panelWidth + GAP;
    }
    return svg;
  }
}
