package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.ThreadEnd;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a storage node, network and disks together, on a thread of its own that sleeps while there
 * is nothing to do.
 */
public final class StorageServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StorageServer.class);

  private final StorageNode node;
  private final Thread thread;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean stopping;

  private StorageServer(StorageNode node) {
    this.node = node;
    this.thread = new Thread(this::run, node.roleName());
  }

  /** Starts the thread; the node is its from now on. */
  public static StorageServer start(StorageNode node) {
    StorageServer server = new StorageServer(node);
    server.thread.start();
    return server;
  }

  /** The node; only its methods for any thread may be called. */
  public StorageNode node() {
    return node;
  }

  /** Completes when the thread has ended and the node is closed; exceptionally after a fault. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Stops the node in order: what is acknowledged is durable, and the engines are closed. */
  @Override
  public void close() {
    stopping = true;
    node.wakeUp();
    ThreadEnd.await(thread); // an engine that is being closed must not be left half way
  }

  private void run() {
    Throwable fault = null;
    try (node) {
      node.onStart();
      while (!stopping) {
        if (node.doWork() == 0) {
          node.idle();
        }
      }
      node.onClose();
    } catch (RuntimeException | Error e) {
      LOG.error("{} stopped by a fault; restart it after looking into this", node.roleName(), e);
      fault = e;
    }
    if (fault == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(fault);
    }
  }
}
