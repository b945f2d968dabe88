package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.CheckReport.DeviceSummary;
import io.luciola.blockstore.engine.check.CheckReport.ExtentSummary;
import io.luciola.blockstore.engine.check.CheckReport.TargetSummary;
import io.luciola.cluster.cli.output.JsonText;
import java.io.PrintWriter;

/** Prints what a check of a device found. */
final class EngineReportView {

  private EngineReportView() {}

  static void printJson(CheckReport report, PrintWriter out) {
    out.println(JsonText.of(report));
  }

  /** The findings, then a line that says how many there are. */
  static void printFindings(CheckReport report, PrintWriter out) {
    report.findings().forEach(out::println);
    if (report.findings().size() < report.errors() + report.warnings()) {
      out.println("… and more of them");
    }
    String counted =
        String.format(
            "%d errors, %d warnings; %d blocks of chunks verified, %s read",
            report.errors(),
            report.warnings(),
            report.verifiedBlocks(),
            ByteSize.approximate(report.readBytes()));
    out.println(report.isClean() ? "CLEAN: " + counted : "NOT CLEAN: " + counted);
    out.flush();
  }

  static void printSummary(DeviceSummary device, PrintWriter out) {
    out.printf("disk         %s, %s%n", device.uuid(), ByteSize.approximate(device.deviceBytes()));
    out.printf(
        "journal      at %d, %s; %d records from number %d to replay, %s; epoch %d%n",
        device.journal().offset(),
        ByteSize.approximate(device.journal().bytes()),
        device.journal().records(),
        device.journal().firstSequence(),
        ByteSize.approximate(device.journal().recordBytes()),
        device.journal().epoch());
    out.printf(
        "checkpoint   generation %d, root at %d; %d records of pending updates, %d metadata"
            + " pages%n",
        device.checkpoint().generation(),
        device.checkpoint().offset(),
        device.checkpoint().records(),
        device.checkpoint().pages());
    out.printf(
        "data area    at %d, %s; %s in use%n",
        device.dataOffset(),
        ByteSize.approximate(device.dataBytes()),
        ByteSize.approximate(device.usedBytes()));
    out.printf(
        "chunks       %d of at most %d, %d with a pending update%n%n",
        device.chunks(), device.maxChunks(), device.pendings());
    out.printf(
        "%20s  %10s  %8s  %10s  %10s  %s%n",
        "TARGET", "CHUNKS", "PENDING", "USED", "BUDGET", "STATE");
    for (TargetSummary target : device.targets()) {
      out.printf(
          "%20d  %10d  %8d  %10s  %10s  %s%n",
          target.id(),
          target.chunks(),
          target.pendings(),
          ByteSize.approximate(target.usedBytes()),
          ByteSize.approximate(target.budgetBytes()),
          target.removing() ? "being removed" : target.lossy() ? "LOSSY" : "well");
    }
    out.printf("%n%20s  %10s  %8s%n", "EXTENT SIZE", "COUNT", "SPACE");
    for (ExtentSummary extent : device.extents()) {
      out.printf(
          "%20s  %10d  %8s%n",
          ByteSize.format(extent.bytes()),
          extent.count(),
          ByteSize.approximate(extent.bytes() * extent.count()));
    }
    out.println();
    out.flush();
  }
}
