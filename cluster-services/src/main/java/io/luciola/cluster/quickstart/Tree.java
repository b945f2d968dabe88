package io.luciola.cluster.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A directory tree that can be listed and digested, wherever it lives. */
interface Tree {

  /** All entries below the top as relative paths, in the order of their bytes. */
  List<Path> entries() throws IOException;

  /** Adds an entry's path, type, permissions and content to a digest. */
  void feed(Path entry, TreeDigest digest) throws IOException;

  /** The digest of the whole tree. */
  default String digest() throws IOException {
    TreeDigest digest = new TreeDigest();
    for (Path entry : entries()) {
      feed(entry, digest);
    }
    return digest.finish();
  }
}
