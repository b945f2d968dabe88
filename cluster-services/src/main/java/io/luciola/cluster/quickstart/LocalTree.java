package io.luciola.cluster.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree in a file system of this machine, mounted ones included.
 *
 * @param root its top
 * @param withoutBuildOutput whether Maven's {@code target} directories, beside a pom, do not count
 */
record LocalTree(Path root, boolean withoutBuildOutput) implements Tree {

  private static final int COPY_BYTES = 1 << 20;

  @Override
  public List<Path> entries() throws IOException {
    List<Path> entries = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            if (withoutBuildOutput && isBuildOutput(directory)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            entries.add(root.relativize(directory));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
              entries.add(root.relativize(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    entries.sort(null);
    return entries;
  }

  private static boolean isBuildOutput(Path directory) {
    return directory.endsWith("target") && Files.exists(directory.resolveSibling("pom.xml"));
  }

  @Override
  public void feed(Path entry, TreeDigest digest) throws IOException {
    Path path = root.resolve(entry);
    int mode = mode(path);
    if (Files.isSymbolicLink(path)) {
      byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
      digest.entry(entry.toString(), 'l', 0, target.length);
      digest.content(target, 0, target.length);
    } else if (Files.isDirectory(path)) {
      digest.entry(entry.toString(), 'd', mode, 0);
    } else {
      digest.entry(entry.toString(), 'f', mode, Files.size(path));
      try (InputStream in = Files.newInputStream(path)) {
        byte[] buffer = new byte[COPY_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.content(buffer, 0, n);
        }
      }
    }
  }

  /** Permission bits, 0 to 07777. */
  static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  /** Copies one entry of another tree of this machine here, with its permissions and times. */
  void copyIn(LocalTree source, Path entry) throws IOException {
    Path from = source.root.resolve(entry);
    Path to = root.resolve(entry);
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }
}
