package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.engine.ScrubStatus;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.ChunkName;
import io.luciola.blockstore.engine.check.ChunkReader;
import io.luciola.blockstore.engine.check.ChunkReader.StoredVersion;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.cluster.cli.AcceptedLoss;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.output.OutputFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code luciola engine}: looks after one disk, while no node uses it. */
@Command(
    name = "engine",
    description = "Looks after one disk while no storage node uses it.",
    mixinStandardHelpOptions = true)
public final class EngineVerb {

  @Spec private CommandSpec spec;

  @Command(
      name = "format",
      description = {
        "Formats a device: everything on it is lost.",
        "Refuses one that carries anything, and says what, unless --force is given."
      },
      mixinStandardHelpOptions = true)
  int format(
      @Mixin EngineDevice device,
      @Option(
              names = "--journal",
              paramLabel = "SIZE",
              defaultValue = "0",
              description = "Size of the journal, at least 2MiB (default: a 16th, at most 1GiB).")
          String journal,
      @Option(
              names = "--max-chunks",
              paramLabel = "N",
              defaultValue = "0",
              description = "Most chunks (default: one for each 64 KiB).")
          int maxChunks,
      @Option(names = "--force", description = "Destroy what is on it.") boolean force) {
    FormatOptions options =
        FormatOptions.defaults(UUID.randomUUID())
            .withJournalBytes(size(journal))
            .withMaxChunks(maxChunks);
    try (BlockDevice opened = device.open()) {
      Optional<String> content = EngineContent.of(opened);
      if (content.isPresent() && !force) {
        throw CommandFailure.failed(
            opened.geometry().name()
                + " carries "
                + content.get()
                + "; formatting destroys it; --force does so all the same");
      }
      content.ifPresent(what -> out().println("destroys " + what));
      BlockEngine.format(opened, options);
      out().printf("formatted %s as disk %s%n", opened.geometry().name(), options.diskUuid());
      return 0;
    } catch (UnusableDeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    }
  }

  @Command(
      name = "inspect",
      description = {
        "Shows what is on a device: layout, targets, chunks, space, journal, checkpoint, damages.",
        "Reads metadata only and changes nothing. Exit code 1 when something is damaged."
      },
      mixinStandardHelpOptions = true)
  int inspect(@Mixin EngineDevice device, @Mixin Output output) {
    EngineProgress progress = new EngineProgress(err());
    CheckReport report = check(device, false, progress);
    if (output.format == OutputFormat.JSON) {
      EngineReportView.printJson(report, out());
    } else {
      if (report.device() != null) {
        EngineReportView.printSummary(report.device(), out());
      }
      EngineReportView.printFindings(report, out());
    }
    return report.isClean() ? 0 : 1;
  }

  @Command(
      name = "fsck",
      description = {
        "Checks everything on a device and changes nothing; names every block that is damaged.",
        "Exit codes: 0 clean, 1 something was found, 2 it could not be checked."
      },
      mixinStandardHelpOptions = true)
  int fsck(
      @Mixin EngineDevice device,
      @Option(
              names = "--metadata-only",
              description = "Do not read the chunks' content, which takes most of the time.")
          boolean metadataOnly,
      @Mixin Output output) {
    EngineProgress progress = new EngineProgress(err());
    CheckReport report;
    try {
      report = check(device, !metadataOnly, progress);
    } catch (CommandFailure impossible) {
      throw CommandFailure.usage(impossible.getMessage());
    }
    if (output.format == OutputFormat.JSON) {
      EngineReportView.printJson(report, out());
    } else {
      EngineReportView.printFindings(report, out());
    }
    return report.isClean() ? 0 : 1;
  }

  @Command(
      name = "scrub",
      description = {
        "Opens the engine on a device and verifies everything once, as it does in the background",
        "when it runs; damaged metadata of which memory has a copy is written anew.",
        "Exit code 1 when something was damaged."
      },
      mixinStandardHelpOptions = true)
  int scrub(
      @Mixin EngineDevice device,
      @Option(
              names = "--rate",
              paramLabel = "SIZE",
              description =
                  "Read at most so much per second, for example 64MiB (default: no limit).")
          @Nullable String rate) {
    long bytesPerSecond = rate == null ? Long.MAX_VALUE : size(rate);
    if (bytesPerSecond == 0) {
      throw CommandFailure.usage("a rate of 0 never comes to an end");
    }
    ScrubStatus status;
    BlockDevice opened = device.open();
    try {
      status = new EngineScrub(out()).run(opened, bytesPerSecond, new EngineProgress(err()));
    } catch (UnusableDeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    } finally {
      opened.close();
    }
    out()
        .printf(
            "%s verified; %d bad blocks, %d pieces of metadata written anew%n",
            ByteSize.approximate(status.lastPassBytes()), status.badBlocks(), status.badMetadata());
    return status.badBlocks() + status.badMetadata() == 0 ? 0 : 1;
  }

  @Command(
      name = "dump-chunk",
      description = {
        "Shows a chunk: what is known of it on standard error, its bytes on standard output or in a"
            + " file, hexadecimal on a terminal. Every block is verified. Changes nothing."
      },
      mixinStandardHelpOptions = true)
  int dumpChunk(
      @Mixin EngineDevice device,
      @Parameters(index = "1", paramLabel = "TARGET", description = "The target's id.") long target,
      @Parameters(
              index = "2",
              paramLabel = "CHUNK",
              description = "The chunk's id, hexadecimal, as logs write it.")
          String chunk,
      @Option(
              names = "--offset",
              paramLabel = "SIZE",
              defaultValue = "0",
              description = "Begin here.")
          String offset,
      @Option(names = "--length", paramLabel = "SIZE", description = "At most so much.")
          @Nullable String length,
      @Option(names = "--out", paramLabel = "FILE", description = "Write the bytes here.")
          @Nullable Path file,
      @Option(names = "--hex", description = "Write hexadecimal, also where no terminal is.")
          boolean hex,
      @Option(names = "--pending", description = "The pending version, not the committed one.")
          boolean pending)
      throws IOException {
    ChunkName name = EngineDump.name(target, chunk);
    try (BlockDevice opened = device.open();
        ChunkReader reader = new ChunkReader(opened)) {
      reader.findings().forEach(err()::println);
      if (!reader.find(name)) {
        throw CommandFailure.failed("there is no " + name);
      }
      EngineDump dump = new EngineDump(reader, err());
      dump.describe(name);
      StoredVersion version = pending ? reader.pending() : reader.committed();
      if (version == null || version.removes()) {
        throw CommandFailure.failed(
            name + " has no " + (pending ? "pending" : "committed") + " content");
      }
      long from = size(offset);
      long most = length == null ? Long.MAX_VALUE : size(length);
      if (file != null) {
        try (OutputStream to = Files.newOutputStream(file)) {
          dump.copy(name, pending, version, from, most, EngineDump.toStream(to));
        }
      } else if (hex || EngineProgress.isTerminal()) {
        dump.copy(name, pending, version, from, most, EngineDump.toHex(out()));
        out().flush();
      } else {
        dump.copy(name, pending, version, from, most, EngineDump.toStream(System.out));
        System.out.flush();
      }
      return 0;
    } catch (UnusableDeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    }
  }

  @Command(
      name = "accept-losses",
      description = {
        "Says that a target is whole again after damaged metadata may have cost it chunks.",
        "Until then its missing chunks are answered with CHUNK_CORRUPT and can only be replaced;",
        "afterwards what is missing counts as never written. Do it when the target was",
        "resynchronised from its other replicas, or when what it lost is to be given up."
      },
      mixinStandardHelpOptions = true)
  int acceptLosses(
      @Mixin EngineDevice device,
      @Parameters(index = "1", paramLabel = "TARGET", description = "The target's id.")
          long target) {
    BlockDevice opened = device.open();
    EngineOptions options = EngineOptions.defaults("accept").withScrubBytesPerSecond(0);
    try (BlockEngine engine = BlockEngine.open(opened, options, new EngineScrub(out()))) {
      if (Arrays.stream(engine.targetIds()).noneMatch(id -> id == target)) {
        throw CommandFailure.failed("there is no target " + target);
      }
      if (!engine.isLossy(target)) {
        out().printf("target %d is not lossy: nothing to accept%n", target);
        return 0;
      }
      int status = engine.setLossy(target, false);
      if (status != EngineStatus.OK) {
        throw CommandFailure.failed("target " + target + ": " + EngineStatus.name(status));
      }
      out().printf("target %d: what is missing now counts as never written%n", target);
      return 0;
    } catch (UnusableDeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    } finally {
      opened.close();
    }
  }

  @Command(
      name = "remove-target",
      description = {
        "Removes a target with all its chunks from a disk that no node uses, so that its space is",
        "free again. For targets that the cluster does not know any longer: a storage node names",
        "those in its log when it starts."
      },
      mixinStandardHelpOptions = true)
  int removeTarget(
      @Mixin EngineDevice device,
      @Parameters(index = "1", paramLabel = "TARGET", description = "The target's id.") long target,
      @Mixin AcceptedLoss loss) {
    loss.check();
    BlockDevice opened = device.open();
    try {
      long freedBytes = new TargetRemoval(out()).run(opened, target);
      out().printf("target %d is removed, %d bytes are free again%n", target, freedBytes);
      return 0;
    } catch (UnusableDeviceException refused) {
      throw CommandFailure.failed(refused.getMessage());
    } finally {
      opened.close();
    }
  }

  /** How a report is printed. */
  static final class Output {
    @Option(
        names = "--output",
        defaultValue = "table",
        description = "table or json (default: ${DEFAULT-VALUE}).")
    OutputFormat format;
  }

  private CheckReport check(EngineDevice device, boolean withData, EngineProgress progress) {
    try (BlockDevice opened = device.open()) {
      CheckReport report =
          DeviceCheck.run(
              opened,
              withData,
              (step, done, total) -> progress.show(step, total == 0 ? 1 : (double) done / total));
      progress.end();
      return report;
    } catch (UnusableDeviceException impossible) {
      throw CommandFailure.failed(impossible.getMessage());
    }
  }

  private static long size(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
