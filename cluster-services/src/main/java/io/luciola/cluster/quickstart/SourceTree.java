package io.luciola.cluster.quickstart;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The directory tree that quickstart copies: the checkout itself without what builds and runs write into it.
 *
 * @param root the top directory
 * @param entries paths relative to the root, parents before children, each directory's entries in name order
 * @param bytes of all regular files
 */
record SourceTree(Path root, List<Path> entries, long bytes) {

  private static final Set<String> LEFT_OUT = Set.of("target", ".luciola");

  /** Lists the tree. */
  static SourceTree of(Path root) throws IOException {
    List<Path> entries = new ArrayList<>();
    long[] bytes = {0};
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            if (LEFT_OUT.contains(directory.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            entries.add(root.relativize(directory));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
              entries.add(root.relativize(file));
              bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    entries.sort(null);
    return new SourceTree(root, entries, bytes[0]);
  }
}
