package io.luciola.cluster.cli.admin;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.LayoutOrigin;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code get-layout} shows.
 *
 * @param path as it was given
 * @param type file or directory
 * @param chunkSizeBytes of the file, or of new files in the directory
 * @param chunkSizeOrigin directories only
 * @param stripe directories only: most chains of new files
 * @param stripeOrigin directories only
 * @param segments files only
 */
record LayoutView(
    String path,
    Type type,
    int chunkSizeBytes,
    @Nullable Origin chunkSizeOrigin,
    @Nullable Integer stripe,
    @Nullable Origin stripeOrigin,
    @Nullable List<Segment> segments) {

  enum Type {
    FILE,
    DIRECTORY
  }

  /** Where what a directory says comes from. */
  enum Origin {
    OWN("its own"),
    INHERITED("inherited"),
    CLUSTER("the cluster's default");

    private final String words;

    Origin(String words) {
      this.words = words;
    }

    private static Origin of(LayoutOrigin origin) {
      return switch (origin) {
        case OWN -> OWN;
        case INHERITED -> INHERITED;
        default -> CLUSTER;
      };
    }
  }

  /** Chunks that share their chains. */
  record Segment(long firstChunk, long chunkCount, List<Integer> chains) {

    private static Segment of(FileLayout.Segment segment) {
      return new Segment(
          segment.firstChunk(),
          segment.chunkCount(),
          Arrays.stream(segment.chainIds()).boxed().toList());
    }
  }

  static LayoutView ofFile(String path, Inode file) {
    FileLayout layout = LayoutMessages.layoutOf(file);
    return new LayoutView(
        path,
        Type.FILE,
        layout.chunkSizeBytes(),
        null,
        null,
        null,
        layout.segments().stream().map(Segment::of).toList());
  }

  static LayoutView ofDirectory(String path, DirectoryLayout layout) {
    return new LayoutView(
        path,
        Type.DIRECTORY,
        layout.getChunkSizeBytes(),
        Origin.of(layout.getChunkSizeOrigin()),
        layout.getStripe(),
        Origin.of(layout.getStripeOrigin()),
        null);
  }

  void print(PrintWriter out) {
    String chunkSize = ByteSize.format(chunkSizeBytes);
    if (type == Type.DIRECTORY) {
      out.printf("%s: new files get%n", path);
      out.printf("chunk size  %s (%s)%n", chunkSize, chunkSizeOrigin.words);
      out.printf("stripe      %d (%s)%n", stripe, stripeOrigin.words);
      return;
    }
    out.printf("%s: chunks of %s%n", path, chunkSize);
    out.printf("%11s  %11s  %s%n", "FIRST CHUNK", "CHUNKS", "CHAINS");
    for (Segment segment : segments) {
      out.printf(
          "%11d  %11d  %s%n",
          segment.firstChunk,
          segment.chunkCount,
          String.join(" ", segment.chains.stream().map(String::valueOf).toList()));
    }
  }
}
