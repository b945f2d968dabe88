package io.luciola.cluster.cli.admin;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.allocation.FileGrowth;
import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Inode;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin set-layout}. */
@Command(
    name = "set-layout",
    description = {
      "Says which chunk size and stripe new files in a directory get.",
      "Directories made in it from then on say the same; what is there already stays as it is."
    })
final class SetLayoutVerb extends AdminCommand {

  private static final String DEFAULT = "default";

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "A directory of the file system, from its root on.")
  private String path;

  @Option(
      names = "--chunk-size",
      paramLabel = "SIZE",
      description =
          "A power of two from 4KiB to 64MiB; 0 or 'default': what the cluster's Meta services go"
              + " by.")
  private String chunkSize;

  @Option(
      names = "--stripe",
      paramLabel = "N",
      description =
          "Most chains that a run of a file's chunks is spread over, 1 to 4096; 0 or 'default':"
              + " what the cluster's Meta services go by.")
  private String stripe;

  @Override
  public Integer call() {
    if (chunkSize == null && stripe == null) {
      throw CommandFailure.usage("--chunk-size or --stripe, or both");
    }
    OptionalInt chunkSizeBytes =
        chunkSize == null ? OptionalInt.empty() : OptionalInt.of(chunkSizeBytes(chunkSize));
    OptionalInt chains = stripe == null ? OptionalInt.empty() : OptionalInt.of(chains(stripe));
    askMeta(namespace -> set(namespace, chunkSizeBytes, chains)).print(out());
    out().flush();
    return 0;
  }

  private LayoutView set(Namespace namespace, OptionalInt chunkSizeBytes, OptionalInt chains) {
    Inode directory = PathName.resolveDirectory(namespace, path);
    return LayoutView.ofDirectory(
        path,
        namespace.setDirectoryLayout(
            namespace.caller(0, 0), directory.getId(), chunkSizeBytes, chains));
  }

  private static int chunkSizeBytes(String text) {
    if (isDefault(text)) {
      return 0;
    }
    long bytes;
    try {
      bytes = ByteSize.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage("--chunk-size: " + wrong.getMessage());
    }
    if (!FileLayout.isChunkSize(bytes)) {
      throw CommandFailure.usage(
          "--chunk-size must be a power of two from 4KiB to 64MiB, not " + text);
    }
    return (int) bytes;
  }

  private static int chains(String text) {
    if (isDefault(text)) {
      return 0;
    }
    try {
      int chains = Integer.parseInt(text);
      if (chains >= 1 && chains <= FileGrowth.MOST_STRIPE) {
        return chains;
      }
    } catch (NumberFormatException wrong) {
      // As a number out of range.
    }
    throw CommandFailure.usage("--stripe must be 1 to " + FileGrowth.MOST_STRIPE + ", not " + text);
  }

  private static boolean isDefault(String text) {
    return text.equals("0") || text.equals(DEFAULT);
  }
}
