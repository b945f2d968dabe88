package io.luciola.cluster.client;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.Layout;
import io.luciola.cluster.meta.proto.LayoutSegment;

/** Layouts to messages and back. */
public final class LayoutMessages {

  private LayoutMessages() {}

  /** The layout of a regular file. */
  public static FileLayout layoutOf(Inode inode) {
    return of(inode.getLayout());
  }

  /** The layout in a message. */
  public static FileLayout of(Layout message) {
    FileLayout layout = new FileLayout(message.getChunkSizeBytes());
    for (LayoutSegment segment : message.getSegmentsList()) {
      layout =
          layout.with(
              segment.getChunkCount(),
              segment.getChainIdsList().stream().mapToInt(Integer::intValue).toArray());
    }
    return layout;
  }

  /** A layout as a message. */
  public static Layout toProto(FileLayout layout) {
    Layout.Builder message = Layout.newBuilder().setChunkSizeBytes(layout.chunkSizeBytes());
    for (FileLayout.Segment segment : layout.segments()) {
      LayoutSegment.Builder chains = LayoutSegment.newBuilder().setChunkCount(segment.chunkCount());
      for (int chainId : segment.chainIds()) {
        chains.addChainIds(chainId);
      }
      message.addSegments(chains);
    }
    return message.build();
  }
}
