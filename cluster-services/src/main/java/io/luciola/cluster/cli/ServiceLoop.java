package io.luciola.cluster.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a service running in the foreground until the process is told to end (SIGTERM, SIGINT),
 * then closes it.
 */
final class ServiceLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);

  private ServiceLoop() {}

  /**
   * Returns never: the process ends when the service is closed.
   *
   * @param readyFile gets the process id now and is removed at the end; null for none
   */
  static void untilStopped(AutoCloseable service, @Nullable Path readyFile) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(service, readyFile), "shutdown"));
    if (readyFile != null) {
      Path fresh = readyFile.resolveSibling(readyFile.getFileName() + ".new");
      Files.writeString(fresh, Long.toString(ProcessHandle.current().pid()));
      Files.move(
          fresh,
          readyFile,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(AutoCloseable service, @Nullable Path readyFile) {
    try {
      service.close();
      if (readyFile != null) {
        Files.deleteIfExists(readyFile);
      }
    } catch (Exception failure) {
      LOG.error("the service did not close in order", failure);
    }
  }
}
