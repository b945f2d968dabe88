package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.Namespace.DirectoryPage;
import io.luciola.cluster.meta.proto.DirectoryEntry;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks a name space and checks what must hold of every tree. */
final class TreeWalk {

  final Map<Long, Integer> namesByInode = new HashMap<>();
  final Set<Long> directories = new HashSet<>();
  private final Namespace ns;

  private TreeWalk(Namespace ns) {
    this.ns = ns;
  }

  /** The walk over everything below the root. */
  static TreeWalk of(Namespace ns) {
    TreeWalk walk = new TreeWalk(ns);
    walk.visit(Namespace.ROOT_INODE, Namespace.ROOT_INODE);
    walk.namesByInode.forEach(
        (inode, names) -> {
          if (!walk.directories.contains(inode)) {
            assertEquals(names, ns.attributes(inode).getNlink(), "names of inode " + inode);
          }
        });
    assertEquals(
        walk.namesByInode.size() + 1, ns.statistics().getInodes(), "inodes without a name");
    return walk;
  }

  private void visit(long directory, long parent) {
    assertTrue(directories.add(directory), () -> directory + " is reached twice");
    int subdirectories = 0;
    for (DirectoryEntry entry : entries(ns, directory, parent)) {
      Inode inode = entry.getInode();
      namesByInode.merge(inode.getId(), 1, Integer::sum);
      if (inode.getType() == FileType.DIRECTORY) {
        subdirectories++;
        visit(inode.getId(), directory);
      }
    }
    assertEquals(2 + subdirectories, ns.attributes(directory).getNlink(), "nlink of " + directory);
  }

  static List<DirectoryEntry> entries(Namespace ns, long directory, long parent) {
    List<DirectoryEntry> entries = new ArrayList<>();
    ByteString after = ByteString.EMPTY;
    while (true) {
      DirectoryPage page = ns.readDirectory(directory, after, 3, true);
      assertEquals(parent, page.parent(), "'..' of " + directory);
      entries.addAll(page.entries());
      if (!page.more()) {
        return entries;
      }
      after = page.entries().getLast().getName();
    }
  }
}
