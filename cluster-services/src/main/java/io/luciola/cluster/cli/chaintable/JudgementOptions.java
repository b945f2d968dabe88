package io.luciola.cluster.cli.chaintable;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.cluster.cli.CommandFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By what tables are judged. */
final class JudgementOptions {

  private static final int MANY_FILES = 1_000;

  @Option(
      names = "--until",
      paramLabel = "PERCENT",
      defaultValue = "90",
      description = "Files are written until so much is full (default: ${DEFAULT-VALUE}).")
  private double untilPercent;

  @Option(
      names = "--file-size",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      description =
          "Size of the files (default: once all, once a thousandth of what the cluster can"
              + " hold).")
  private @Nullable Long fileBytes;

  /** Which part is to be full, from 0 to 1; what is wrong is a {@link CommandFailure}. */
  double until() {
    if (!(untilPercent > 0 && untilPercent <= 100)) {
      throw CommandFailure.usage("--until is more than 0 and at most 100 percent");
    }
    return untilPercent / 100;
  }

  /** What is written into a table. */
  List<Workload> workloads(PlacedTable placed) {
    long chunk = Workload.LEAST_FILE_BYTES;
    if (fileBytes != null) {
      if (fileBytes < chunk) {
        throw CommandFailure.usage("--file-size is at least " + ByteSize.format(chunk));
      }
      return List.of(new Workload("files of " + ByteSize.format(fileBytes), fileBytes));
    }
    long holds = 0;
    for (PlacedTable.PlacedDisk disk : placed.disks()) {
      holds += disk.sizeBytes() / placed.replicas();
    }
    return List.of(
        new Workload("one large file", Math.max(chunk, holds)),
        new Workload("many files", Math.max(chunk, holds / MANY_FILES)));
  }
}
