package io.luciola.cluster.cli.chaintable;

import io.luciola.cluster.chart.BarChart;
import io.luciola.cluster.chart.ChartPage;
import io.luciola.cluster.chart.HeatMap;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.chaintable.FillView.DiskFill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Draws how full disks are, and what survivors read when a node is lost. */
final class Pictures {

  private Pictures() {}

  /** A panel of a picture. */
  static ChartPage.Panel panel(
      String heading, String fillTitle, FillView fill, Judgement judgement) {
    return new ChartPage.Panel(heading, heatMap(fillTitle, fill), bars(judgement.nodeLoss()));
  }

  /** How full each disk is: a row for each node, a column for each disk of it. */
  static HeatMap heatMap(String title, FillView fill) {
    List<Integer> nodes = fill.disks().stream().map(DiskFill::node).distinct().toList();
    List<Integer> indexes = fill.byDiskIndex().stream().map(FillView.IndexFill::index).toList();
    Map<Integer, Integer> rowOf = places(nodes);
    Map<Integer, Integer> columnOf = places(indexes);
    double[][] parts = new double[nodes.size()][indexes.size()];
    for (double[] row : parts) {
      Arrays.fill(row, Double.NaN);
    }
    for (DiskFill disk : fill.disks()) {
      parts[rowOf.get(disk.node())][columnOf.get(disk.index())] = disk.fill();
    }
    return new HeatMap(title, "node \\ disk", texts(nodes), texts(indexes), parts);
  }

  /** How full each node is, as multiples of the mean. */
  static BarChart nodes(FillView fill) {
    TreeMap<Integer, Double> byNode =
        fill.disks().stream()
            .collect(
                Collectors.groupingBy(
                    DiskFill::node, TreeMap::new, Collectors.averagingDouble(DiskFill::fill)));
    double mean = fill.mean() == 0 ? 1 : fill.mean();
    return new BarChart(
        "How full each node is",
        texts(List.copyOf(byNode.keySet())),
        byNode.values().stream().mapToDouble(node -> node / mean).toArray(),
        "the mean");
  }

  private static BarChart bars(NodeLoss loss) {
    return new BarChart(
        loss.survivors().isEmpty()
            ? "No node shares chains with another"
            : "What each survivor reads more when node " + loss.lost() + " is lost",
        texts(loss.survivors().stream().map(NodeLoss.Survivor::node).toList()),
        loss.survivors().stream().mapToDouble(NodeLoss.Survivor::timesMean).toArray(),
        "the mean");
  }

  private static Map<Integer, Integer> places(List<Integer> numbers) {
    Map<Integer, Integer> places = new HashMap<>();
    numbers.forEach(number -> places.put(number, places.size()));
    return places;
  }

  private static List<String> texts(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).toList();
  }

  /** Writes a picture; that it cannot be written is a {@link CommandFailure}. */
  static void write(Path file, String title, List<ChartPage.Panel> panels) {
    if (panels.isEmpty()) {
      throw CommandFailure.failed("there is nothing to draw");
    }
    try {
      Files.writeString(file, new ChartPage(title, panels).svg().text());
    } catch (IOException unwritable) {
      throw CommandFailure.failed("file " + file + " cannot be written: " + unwritable);
    }
  }
}
