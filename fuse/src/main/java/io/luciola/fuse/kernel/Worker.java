package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EAGAIN;
import static io.luciola.blockstore.linux.Errno.ECONNABORTED;
import static io.luciola.blockstore.linux.Errno.EINTR;
import static io.luciola.blockstore.linux.Errno.EIO;
import static io.luciola.blockstore.linux.Errno.ENODEV;
import static io.luciola.blockstore.linux.Errno.ENOENT;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.cluster.client.DataPath;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.FileSystem;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that serves requests one after the other, each from reading to replying, with memory and
 * a data path of its own. Ends when the mount does.
 */
final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final FileSystem fileSystem;
  private final MountOptions options;
  private final KernelReferences references;
  private final CompletableFuture<Integer> device = new CompletableFuture<>();
  private final CompletableFuture<Void> prepared = new CompletableFuture<>();
  private final Thread thread;

  Worker(int index, FileSystem fileSystem, MountOptions options, KernelReferences references) {
    this.fileSystem = fileSystem;
    this.options = options;
    this.references = references;
    this.thread =
        Thread.ofPlatform().name("fuse-worker-" + index).daemon(true).unstarted(this::run);
  }

  /** Starts the thread; it opens its data path and then waits for its device. */
  void start() {
    thread.start();
  }

  /** Done when the data path is open; fails when it cannot be. */
  CompletableFuture<Void> prepared() {
    return prepared;
  }

  /** Serves requests from here; the worker closes the descriptor in the end. */
  void serve(int deviceFd) {
    device.complete(deviceFd);
  }

  /** Ends the worker before it got a device. */
  void cancel() {
    device.cancel(false);
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  private void run() {
    try (DataPath path = fileSystem.openDataPath();
        Request request = new Request();
        Reply reply = new Reply()) {
      RequestHandler handler = new RequestHandler(fileSystem, path, options, references);
      prepared.complete(null);
      int fd = device.exceptionally(cancelled -> -1).join();
      if (fd >= 0) {
        serve(fd, handler, request, reply);
      }
    } catch (RuntimeException | Error failure) {
      if (!prepared.completeExceptionally(failure)) {
        LOG.error("a worker ends", failure);
      }
    }
  }

  private static void serve(int fd, RequestHandler handler, Request request, Reply reply) {
    try {
      while (true) {
        long received = Linux.read(fd, request.address(), Request.CAPACITY_BYTES);
        if (received >= 0) {
          serveOne(fd, received, handler, request, reply);
        } else if (received == -ENODEV || received == -ECONNABORTED) {
          return;
        } else if (received != -EINTR && received != -ENOENT && received != -EAGAIN) {
          LOG.error("reading from /dev/fuse: {}", Errno.describe((int) -received));
          return;
        }
      }
    } finally {
      DeviceFile.close(fd);
    }
  }

  private static void serveOne(
      int fd, long received, RequestHandler handler, Request request, Reply reply) {
    if (!request.received(received)) {
      LOG.error("the kernel sent {} bytes that are no request", received);
      return;
    }
    int replyBytes = handler.handle(request, reply);
    if (replyBytes == RequestHandler.NO_REPLY) {
      return;
    }
    long sent = Linux.write(fd, reply.address(), replyBytes);
    // ENOENT: nobody waits for this reply any more.
    if (sent < 0 && sent != -ENOENT && sent != -ENODEV) {
      LOG.error(
          "the kernel refused the reply to opcode {}: {}",
          request.opcode(),
          Errno.describe((int) -sent));
      long told = Linux.write(fd, reply.address(), reply.failed(request.unique(), EIO));
      if (told < 0 && told != -ENOENT) {
        LOG.error("nor the error in its place: {}", Errno.describe((int) -told));
      }
    }
  }
}
