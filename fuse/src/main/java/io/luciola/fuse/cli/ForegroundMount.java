package io.luciola.fuse.cli;

import io.luciola.fuse.FuseDriver;
import io.luciola.fuse.FuseMount;
import io.luciola.fuse.MountException;
import io.luciola.fuse.MountSource;
import io.luciola.fuse.vfs.FileSystem;
import io.luciola.fuse.vfs.LengthPusher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount from its start to its end in this process. */
final class ForegroundMount {

  private static final Logger LOG = LoggerFactory.getLogger(ForegroundMount.class);

  /** How long a process that is told to end waits for files which are still open in the mount. */
  private static final long BUSY_WAIT_SECONDS = 10;

  private final OptionWords words;
  private final Path directory;
  private final CountDownLatch finished = new CountDownLatch(1);

  ForegroundMount(OptionWords words, Path directory) {
    this.words = words;
    this.directory = directory;
  }

  /**
   * Mounts, and returns when the mount is gone, all lengths are recorded and the source is closed.
   * A process that is told to end waits for that.
   *
   * @param source closed in any case
   * @param whenServing called once the kernel has accepted the mount
   */
  void run(MountSource source, ReadySign whenServing) throws Exception {
    try (source) {
      serve(source, whenServing);
    } finally {
      finished.countDown();
    }
  }

  private void serve(MountSource source, ReadySign whenServing) throws Exception {
    try (FileSystem fileSystem =
        new FileSystem(source.namespace(), source::openDataPath, InstantSource.system())) {
      FuseDriver driver = FuseDriver.named(words.driver());
      FuseMount mount = driver.mount(directory, words.options(), fileSystem);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> endOnSignal(mount, fileSystem), "unmount-on-exit"));
      try (LengthPusher pusher = new LengthPusher(fileSystem, LengthPusher.INTERVAL)) {
        pusher.start();
        LOG.info("mounted {} ({} threads)", mount.name(), words.options().threads());
        whenServing.show();
        mount.awaitUnmount();
        LOG.info("unmounted {}", mount.name());
      } finally {
        mount.unmount();
      }
    }
  }

  private void endOnSignal(FuseMount mount, FileSystem fileSystem) {
    try {
      mount.unmount();
      if (!finished.await(BUSY_WAIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("files are still open in {}: their users will get errors", mount.name());
        fileSystem.pushWrittenLengths();
      }
    } catch (MountException failure) {
      LOG.error("{}", failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells whoever waits that the mount is there. */
  @FunctionalInterface
  interface ReadySign {

    /** Called once. */
    void show() throws Exception;
  }
}
