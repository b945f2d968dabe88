package io.luciola.cluster.cli.admin;

import com.google.protobuf.ByteString;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;

/** Paths in the file system, from its root on; symbolic links are not followed. */
final class PathName {

  private PathName() {}

  /** The inode of a path. */
  static Inode resolve(Namespace namespace, String path) {
    Inode inode = namespace.attributes(Namespace.ROOT_INODE);
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      try {
        inode = namespace.lookup(inode.getId(), ByteString.copyFromUtf8(name));
      } catch (PosixException missing) {
        throw new PosixException(missing.errno(), path + ": " + missing.getMessage());
      }
    }
    return inode;
  }

  /** The inode of a directory's path. */
  static Inode resolveDirectory(Namespace namespace, String path) {
    Inode inode = resolve(namespace, path);
    if (inode.getType() != FileType.DIRECTORY) {
      throw CommandFailure.failed(path + " is not a directory");
    }
    return inode;
  }
}
