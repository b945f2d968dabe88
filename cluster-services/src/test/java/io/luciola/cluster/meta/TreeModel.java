package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.meta.proto.FileType;
import java.util.Map;
import java.util.TreeMap;

/** A file tree as plain maps: what Meta must agree with. Methods return 0 or an errno. */
final class TreeModel {

  /** A file or directory. */
  static final class Node {
    final FileType type;
    final Map<String, Node> children = new TreeMap<>();
    Node parent;
    int links = 1;
    long length;

    Node(FileType type) {
      this.type = type;
    }

    boolean isDirectory() {
      return type == FileType.DIRECTORY;
    }

    int nlink() {
      return isDirectory()
          ? 2 + (int) children.values().stream().filter(Node::isDirectory).count()
          : links;
    }

    private boolean isOrIsBelow(Node other) {
      return this == other || (parent != null && parent.isOrIsBelow(other));
    }
  }

  final Node root = new Node(FileType.DIRECTORY);

  int make(Node parent, String name, FileType type) {
    if (!parent.isDirectory()) {
      return Errno.ENOTDIR;
    }
    if (parent.children.containsKey(name)) {
      return Errno.EEXIST;
    }
    Node node = new Node(type);
    node.parent = node.isDirectory() ? parent : null;
    parent.children.put(name, node);
    return 0;
  }

  int link(Node node, Node parent, String name) {
    if (!parent.isDirectory()) {
      return Errno.ENOTDIR;
    }
    if (parent.children.containsKey(name)) {
      return Errno.EEXIST;
    }
    if (node.isDirectory()) {
      return Errno.EPERM;
    }
    node.links++;
    parent.children.put(name, node);
    return 0;
  }

  int unlink(Node parent, String name) {
    Node node = parent.children.get(name);
    if (!parent.isDirectory()) {
      return Errno.ENOTDIR;
    }
    if (node == null) {
      return Errno.ENOENT;
    }
    if (node.isDirectory()) {
      return Errno.EISDIR;
    }
    node.links--;
    parent.children.remove(name);
    return 0;
  }

  int removeDirectory(Node parent, String name) {
    Node node = parent.children.get(name);
    if (!parent.isDirectory()) {
      return Errno.ENOTDIR;
    }
    if (node == null) {
      return Errno.ENOENT;
    }
    if (!node.isDirectory()) {
      return Errno.ENOTDIR;
    }
    if (!node.children.isEmpty()) {
      return Errno.ENOTEMPTY;
    }
    parent.children.remove(name);
    return 0;
  }

  int rename(Node parent, String name, Node newParent, String newName, int flags) {
    if (!parent.isDirectory() || !newParent.isDirectory()) {
      return Errno.ENOTDIR;
    }
    Node source = parent.children.get(name);
    Node target = newParent.children.get(newName);
    if (source == null) {
      return Errno.ENOENT;
    }
    if (flags == 1 && target != null) {
      return Errno.EEXIST;
    }
    if (flags == 2 && target == null) {
      return Errno.ENOENT;
    }
    if (source.isDirectory() && newParent.isOrIsBelow(source)) {
      return Errno.EINVAL;
    }
    if (source == target) {
      return 0;
    }
    if (flags == 2) {
      if (target.isDirectory() && parent.isOrIsBelow(target)) {
        return Errno.EINVAL;
      }
      place(target, parent, name);
    } else {
      if (target != null && source.isDirectory() != target.isDirectory()) {
        return target.isDirectory() ? Errno.EISDIR : Errno.ENOTDIR;
      }
      if (target != null && !target.children.isEmpty()) {
        return Errno.ENOTEMPTY;
      }
      if (target != null) {
        target.links--;
      }
      parent.children.remove(name);
    }
    place(source, newParent, newName);
    return 0;
  }

  private static void place(Node node, Node parent, String name) {
    parent.children.put(name, node);
    if (node.isDirectory()) {
      node.parent = parent;
    }
  }
}
