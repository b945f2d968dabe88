package io.luciola.fuse.fake;

import com.google.protobuf.ByteString;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.Layout;
import io.luciola.cluster.meta.proto.LayoutSegment;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An inode of {@link MemoryNamespace}; guarded by its lock. */
final class Node {

  final Inode.Builder attributes;
  final NavigableMap<ByteString, Node> children =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  @Nullable Node parent;
  @Nullable ByteString target;
  int sessions;

  Node(long id, FileType type, int mode, int uid, int gid, long nowNs) {
    attributes =
        Inode.newBuilder()
            .setId(id)
            .setType(type)
            .setMode(mode)
            .setUid(uid)
            .setGid(gid)
            .setNlink(type == FileType.DIRECTORY ? 2 : 1)
            .setAtimeNs(nowNs)
            .setMtimeNs(nowNs)
            .setCtimeNs(nowNs);
    if (type == FileType.REGULAR) {
      attributes.setLayout(
          Layout.newBuilder()
              .setChunkSizeBytes(MemoryNamespace.CHUNK_SIZE_BYTES)
              .addSegments(LayoutSegment.newBuilder().setChunkCount(1).addChainIds(1)));
    }
  }

  long id() {
    return attributes.getId();
  }

  FileType type() {
    return attributes.getType();
  }

  boolean isDirectory() {
    return type() == FileType.DIRECTORY;
  }

  void linked(int change, long nowNs) {
    attributes.setNlink(attributes.getNlink() + change).setCtimeNs(nowNs);
  }

  void touched(long nowNs) {
    attributes.setMtimeNs(nowNs).setCtimeNs(nowNs);
  }

  /** Whether another node lies in this one's subtree, or is it. */
  boolean contains(Node other) {
    Node node = other;
    while (node != this && node.parent != null && node.parent != node) {
      node = node.parent;
    }
    return node == this;
  }
}
