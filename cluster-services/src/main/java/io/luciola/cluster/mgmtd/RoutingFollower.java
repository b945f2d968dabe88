package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.routing.RoutingTable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a copy of the routing map up to date by asking Mgmtd for the next version and waiting for
 * it (long poll). While no Mgmtd answers, the copy stays as it is: the data plane goes on.
 *
 * <p>Safe for any number of threads; {@link #table()} is a plain volatile read.
 */
public final class RoutingFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RoutingFollower.class);

  /** Short, so that a Mgmtd that hangs is noticed soon. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private final MgmtdClient mgmtd;
  private final Consumer<RoutingMap> listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private volatile RoutingMap map = RoutingMap.getDefaultInstance();
  private volatile RoutingTable table = RoutingTable.EMPTY;
  private volatile boolean closed;

  /**
   * Starts following.
   *
   * @param listener called with every new map, by one thread
   */
  public RoutingFollower(MgmtdClient mgmtd, Consumer<RoutingMap> listener) {
    this.mgmtd = mgmtd;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("routing-follower").unstarted(this::follow);
    thread.start();
  }

  /** The newest copy; version 0 until there is a chain table. */
  public RoutingTable table() {
    return table;
  }

  /** The newest copy as Mgmtd sent it. */
  public RoutingMap map() {
    return map;
  }

  /**
   * Waits for a copy with a chain table in it.
   *
   * @return false when there was none within the timeout
   */
  public boolean awaitTable(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = timeout.toNanos();
      while (table.version() == 0 && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
      return table.version() > 0;
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    boolean reachable = true;
    while (!closed) {
      try {
        GetRoutingResponse answer = mgmtd.routing(table.version(), WAIT, CALL_TIMEOUT);
        if (!reachable) {
          LOG.info("Mgmtd {} answers again", mgmtd.spec());
          reachable = true;
        }
        if (answer.hasRouting() && answer.getRouting().getVersion() > table.version()) {
          publish(
              answer.getDelta()
                  ? RoutingChanges.apply(map, answer.getRouting())
                  : answer.getRouting());
        }
      } catch (MgmtdUnavailableException silent) {
        if (reachable && !closed) {
          LOG.warn("{}; going on with routing version {}", silent.getMessage(), table.version());
        }
        reachable = false;
      } catch (RuntimeException refused) {
        if (closed) {
          return;
        }
        LOG.warn("Mgmtd refused to give the routing map: {}", refused.getMessage());
        pause();
      }
    }
  }

  private void publish(RoutingMap next) {
    RoutingTable laidOut = RoutingTable.of(next);
    lock.lock();
    try {
      map = next;
      table = laidOut;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    listener.accept(next);
  }

  private void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
