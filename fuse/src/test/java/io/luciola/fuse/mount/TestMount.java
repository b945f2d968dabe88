package io.luciola.fuse.mount;

import io.luciola.fuse.FuseDriver;
import io.luciola.fuse.FuseMount;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.fake.MemoryChunks;
import io.luciola.fuse.fake.MemoryNamespace;
import io.luciola.fuse.vfs.FileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A mount of the memory cluster which is gone after {@link #close}, whatever happened. */
final class TestMount implements AutoCloseable {

  final MemoryNamespace namespace = new MemoryNamespace();
  final MemoryChunks chunks = new MemoryChunks();
  final FileSystem fileSystem =
      new FileSystem(namespace, chunks::openDataPath, InstantSource.system());
  final Path directory;
  final FuseMount mount;

  TestMount(Path parent, int threads) throws Exception {
    assumeMountable();
    directory = Files.createDirectory(parent.resolve("mnt"));
    MountOptions options = MountOptions.defaults("memory").withThreads(threads);
    mount = FuseDriver.named("raw").mount(directory, options, fileSystem);
  }

  static void assumeMountable() {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/dev/fuse")), "no usable /dev/fuse: no mount is tested");
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may mount: no mount is tested");
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** Runs a bash script with the mount as its directory; fails when it does. */
  String bash(String script) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    byte[] output = process.getInputStream().readAllBytes();
    String text = new String(output, StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError("'" + script + "' failed: " + text);
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    try {
      if (run("umount", directory.toString()) != 0) {
        run("umount", "-l", directory.toString());
      }
      mount.awaitUnmount();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting", interrupted);
    }
    fileSystem.close();
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
