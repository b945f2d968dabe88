package io.luciola.cluster.cli;

import io.grpc.StatusRuntimeException;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.target.DiskException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
   * Starts the service and returns never: the process ends when the service is closed.
   *
   * @param readyFile gets the process id when the service serves and is removed at the end; null
   *     for none
   * @throws CommandFailure when the service does not start, for reasons that a user can mend
   */
  static void run(Starter starter, @Nullable Path readyFile)
      throws IOException, InterruptedException {
    AutoCloseable service = started(starter);
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

  private static AutoCloseable started(Starter starter) throws IOException, InterruptedException {
    try {
      return starter.start();
    } catch (DiskException unusable) {
      throw CommandFailure.usage(unusable.getMessage());
    } catch (StatusRuntimeException refused) {
      throw CommandFailure.failed("Mgmtd refuses: " + refused.getStatus().getDescription());
    } catch (IOException
        | UncheckedIOException
        | MgmtdUnavailableException
        | IllegalArgumentException failure) {
      throw CommandFailure.failed(failure.getMessage());
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

  /** Starts a service. */
  @FunctionalInterface
  interface Starter {

    /** Returns when the service serves. */
    AutoCloseable start() throws IOException, DiskException, InterruptedException;
  }
}
