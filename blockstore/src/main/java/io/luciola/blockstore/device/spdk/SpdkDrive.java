package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.spdk.NvmeController;
import io.luciola.spdk.NvmeNamespace;
import io.luciola.spdk.NvmeQueuePair;
import io.luciola.spdk.QueuePairOptions;
import io.luciola.spdk.SpdkException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one controller of a drive, which the devices on its namespaces share; whether it serves, and
 * what is done when it does not.
 *
 * <p>A controller that fails is reset once every device has closed its queue pair, on a thread that
 * lives as long as the reset: resets take seconds, and owners of devices look after other drives
 * meanwhile. Any thread may call any method.
 */
final class SpdkDrive {

  /** How the drive is. */
  enum Condition {
    /** Requests are carried out. */
    SERVING,
    /** It has failed and is reset: queue pairs must be closed, and can be opened afterwards. */
    RESETTING,
    /** Resetting did not help; it stays like this. */
    FAILED,
    /** It was taken out; it stays like this. */
    REMOVED
  }

  private static final Logger LOG = LoggerFactory.getLogger(SpdkDrive.class);

  private static final int RESET_ATTEMPTS = 10;

  private final String name;
  private final NvmeController controller;
  private final BooleanSupplier isPresent;
  private final long resetPauseNs;
  private final Consumer<SpdkDrive> onResetEnd;
  private final ReentrantLock lock = new ReentrantLock();

  /** Ids of the namespaces that devices are open on. */
  private final Set<Integer> claimed = new HashSet<>();

  private int queuePairs;
  private boolean resetRuns;
  private volatile Condition condition = Condition.SERVING;

  /**
   * Takes over a connected controller.
   *
   * @param name as messages and logs name the drive
   * @param isPresent whether the machine has it, which the kernel knows before SPDK, if SPDK learns
   *     of it at all
   * @param resetPauseNs between attempts to reset it
   * @param onResetEnd called by the thread of a reset when it has ended, well or not
   */
  SpdkDrive(
      String name,
      NvmeController controller,
      BooleanSupplier isPresent,
      long resetPauseNs,
      Consumer<SpdkDrive> onResetEnd) {
    this.name = name;
    this.controller = controller;
    this.isPresent = isPresent;
    this.resetPauseNs = resetPauseNs;
    this.onResetEnd = onResetEnd;
  }

  NvmeController controller() {
    return controller;
  }

  Condition condition() {
    return condition;
  }

  /**
   * Takes a namespace for one device.
   *
   * @param namespaceId 0 for the only one there is
   * @throws DeviceException when there is none such, or another device of this process has it
   */
  NvmeNamespace claim(int namespaceId) {
    lock.lock();
    try {
      if (condition != Condition.SERVING) {
        throw new DeviceException(
            name + " has failed" + (condition == Condition.RESETTING ? " and is being reset" : ""));
      }
      NvmeNamespace namespace = namespaceId == 0 ? only() : namespace(namespaceId);
      if (!claimed.add(namespace.id())) {
        throw new DeviceException(
            "namespace " + namespace.id() + " of " + name + " is open in this process already");
      }
      return namespace;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a namespace back. */
  void unclaim(int namespaceId) {
    lock.lock();
    try {
      claimed.remove(namespaceId);
    } finally {
      lock.unlock();
    }
  }

  private NvmeNamespace namespace(int namespaceId) {
    List<NvmeNamespace> all = controller.namespaces();
    return all.stream()
        .filter(each -> each.id() == namespaceId)
        .findFirst()
        .orElseThrow(
            () ->
                new DeviceException(
                    name + " has no namespace " + namespaceId + "; it has " + ids(all)));
  }

  private NvmeNamespace only() {
    List<NvmeNamespace> all = controller.namespaces();
    if (all.size() != 1) {
      throw new DeviceException(
          all.isEmpty()
              ? name + " has no namespace; make one (nvme create-ns, nvme attach-ns)"
              : name
                  + " has the namespaces "
                  + ids(all)
                  + "; say which, as in spdk:0000:65:00.0/"
                  + all.getFirst().id());
    }
    return all.getFirst();
  }

  private static List<Integer> ids(List<NvmeNamespace> namespaces) {
    return namespaces.stream().map(NvmeNamespace::id).toList();
  }

  /** Whether no device is open on it, and nothing is being done to it. */
  boolean isUnused() {
    lock.lock();
    try {
      return claimed.isEmpty() && !resetRuns;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a queue pair for a device; null when the drive does not serve.
   *
   * @throws SpdkException when the controller refuses
   */
  @Nullable NvmeQueuePair openQueuePair(QueuePairOptions options) {
    lock.lock();
    try {
      if (condition != Condition.SERVING) {
        return null;
      }
      NvmeQueuePair opened = controller.openQueuePair(options);
      queuePairs++;
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** Closes a queue pair of {@link #openQueuePair}. */
  void closeQueuePair(NvmeQueuePair queuePair) {
    lock.lock();
    try {
      queuePair.close();
    } finally {
      queuePairs--;
      resetWhenQuiet();
      lock.unlock();
    }
  }

  /** Keeps the connection alive and takes notice of failures: every second or so, by any owner. */
  void pollAdmin() {
    if (condition == Condition.SERVING && lock.tryLock()) {
      try {
        if (condition == Condition.SERVING && processAdmin() < 0) {
          onFailure("does not answer");
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private int processAdmin() {
    if (!isPresent.getAsBoolean()) {
      controller.markRemoved();
    }
    return controller.processAdmin();
  }

  /** Says that requests no longer get through; {@link #condition} then says what follows. */
  void onFailure(String what) {
    lock.lock();
    try {
      if (condition != Condition.SERVING) {
        return;
      }
      processAdmin(); // the controller's state is what this has seen last
      if (controller.state() == NvmeController.State.REMOVED) {
        end(Condition.REMOVED, "was removed");
        return;
      }
      LOG.warn("{} {}; it is reset, and what was in flight fails", name, what);
      condition = Condition.RESETTING;
      resetWhenQuiet();
    } finally {
      lock.unlock();
    }
  }

  private void resetWhenQuiet() {
    if (condition == Condition.RESETTING && queuePairs == 0 && !resetRuns) {
      resetRuns = true;
      Thread thread = new Thread(this::reset, "reset-" + name);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Nobody else touches the controller meanwhile. */
  private void reset() {
    Condition outcome = Condition.FAILED;
    String why = "";
    for (int attempt = 1; attempt <= RESET_ATTEMPTS && outcome == Condition.FAILED; attempt++) {
      try {
        if (attempt > 1) {
          LockSupport.parkNanos(resetPauseNs);
        }
        controller.reset();
        outcome = Condition.SERVING;
      } catch (SpdkException refused) {
        why = refused.getMessage();
        if (controller.state() == NvmeController.State.REMOVED) {
          outcome = Condition.REMOVED;
        }
      } catch (RuntimeException | Error unexpected) {
        LOG.error("resetting {} failed in a way that nobody thought of", name, unexpected);
        why = unexpected.toString();
        break;
      }
    }
    lock.lock();
    try {
      resetRuns = false;
      switch (outcome) {
        case SERVING -> {
          LOG.info("{} was reset and serves again", name);
          condition = Condition.SERVING;
        }
        case REMOVED -> end(Condition.REMOVED, "was removed");
        default -> end(Condition.FAILED, "cannot be reset: " + why);
      }
    } finally {
      lock.unlock();
    }
    onResetEnd.accept(this);
  }

  private void end(Condition how, String what) {
    condition = how;
    LOG.error(
        "{} {}; its devices end every request with an error. Look at the drive, then restart the"
            + " node",
        name,
        what);
  }
}
