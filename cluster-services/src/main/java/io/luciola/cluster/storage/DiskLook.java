package io.luciola.cluster.storage;

import io.grpc.StatusRuntimeException;
import io.luciola.blockstore.agent.ThreadEnd;
import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.target.DiskException;
import io.luciola.target.DiskFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the disks that the node's configuration names and the node does not have, or that have
 * failed, when Mgmtd asks for it; the others serve meanwhile. Has a thread of its own.
 */
final class DiskLook implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskLook.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * What came of a look.
   *
   * @param number by which Mgmtd asked for it
   * @param refusal what was not done, and why; empty when all was
   */
  record Outcome(long number, String refusal) {
    static final Outcome NONE = new Outcome(0, "");
  }

  private final Supplier<StorageConfig> configuration;
  private final NodeDisks disks;
  private final StorageNode node;
  private final LongSupplier asked;
  private final Consumer<List<Disk>> announcer;
  private final Thread thread;
  private volatile Outcome last = Outcome.NONE;

  /** Whether there are disks which Mgmtd was not told of; this thread's. */
  private boolean hasNewDisks;

  private DiskLook(
      Supplier<StorageConfig> configuration,
      NodeDisks disks,
      StorageNode node,
      LongSupplier asked,
      Consumer<List<Disk>> announcer) {
    this.configuration = configuration;
    this.disks = disks;
    this.node = node;
    this.asked = asked;
    this.announcer = announcer;
    // Not a virtual one: opening a disk may start SPDK, which wants a thread of the system.
    thread = new Thread(this::run, node.roleName() + "-disk-look");
  }

  /**
   * Starts to wait for being asked.
   *
   * @param configuration reads the node's configuration as it is now; may throw ConfigException
   * @param node runs
   * @param asked the newest look that Mgmtd asks for; 0 for none
   * @param announcer tells Mgmtd which disks there are; may throw MgmtdUnavailableException, or
   *     StatusRuntimeException when Mgmtd refuses them
   */
  static DiskLook start(
      Supplier<StorageConfig> configuration,
      NodeDisks disks,
      StorageNode node,
      LongSupplier asked,
      Consumer<List<Disk>> announcer) {
    DiskLook look = new DiskLook(configuration, disks, node, asked, announcer);
    look.thread.setDaemon(true);
    look.thread.start();
    return look;
  }

  /** What came of the last look; for any thread. */
  Outcome last() {
    return last;
  }

  private void run() {
    try {
      while (true) {
        long number = asked.getAsLong();
        if (number != 0 && number != last.number) {
          String refusal = String.join("; ", lookAnyway());
          if (!refusal.isEmpty()) {
            LOG.error("{}: not all disks were looked at: {}", node.roleName(), refusal);
          }
          last = new Outcome(number, refusal);
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException | CancellationException ending) {
      LOG.debug("{} ends", thread.getName());
    }
  }

  /** As {@link #look}; when something goes wrong that nobody expects, it says that. */
  private List<String> lookAnyway() throws InterruptedException {
    try {
      return look();
    } catch (CancellationException ending) {
      throw ending;
    } catch (RuntimeException unexpected) {
      if (thread.isInterrupted()) {
        LOG.debug("{} ends in the middle of a look", thread.getName(), unexpected);
        throw new InterruptedException();
      }
      LOG.error("{}: a look at the disks has ended early", node.roleName(), unexpected);
      return List.of("the look has ended early, ask again when this is mended: " + unexpected);
    }
  }

  /** Returns what was not done, and why. */
  private List<String> look() throws InterruptedException {
    StorageConfig now;
    try {
      now = configuration.get();
    } catch (ConfigException unreadable) {
      return List.of(unreadable.getMessage());
    }
    Map<Integer, NodeDisks.Slot> slots = new HashMap<>();
    onNodesThread(disks::slots).forEach(slot -> slots.put(slot.index(), slot));
    List<String> refusals = new ArrayList<>();
    for (int index = 0; index < now.disks().size(); index++) {
      String spec = now.disks().get(index);
      NodeDisks.Slot slot = slots.remove(index);
      if (slot != null && slot.serves()) {
        if (!slot.spec().equals(spec)) {
          refusals.add(
              "slot "
                  + index
                  + " serves "
                  + slot.spec()
                  + " and is to have "
                  + spec
                  + ": disks that serve are exchanged by a restart only");
        }
      } else if (slot == null || awaitLetGo(slot)) {
        hasNewDisks |= open(index, spec, now);
      } else {
        refusals.add(
            "slot "
                + index
                + ": "
                + slot.spec()
                + " has failed and is still in use by this process; ask again later, or restart the"
                + " node");
      }
    }
    slots.values().stream()
        .sorted(Comparator.comparingInt(NodeDisks.Slot::index))
        .forEach(
            slot ->
                refusals.add(
                    "slot "
                        + slot.index()
                        + ", "
                        + slot.spec()
                        + ", is not in the configuration any more: it goes with a restart only"));
    if (hasNewDisks) {
      announce(refusals);
    }
    onNodesThread(
        () -> {
          node.publishUsage();
          return true;
        });
    return refusals;
  }

  /** A device that has failed may take its time to close; false when it takes too long. */
  private boolean awaitLetGo(NodeDisks.Slot slot) throws InterruptedException {
    NodeDisks.Slot now = slot;
    for (long waitedMs = 0;
        !now.letGo() && waitedMs < CLOSE_TIMEOUT.toMillis();
        waitedMs += PAUSE.toMillis()) {
      Thread.sleep(PAUSE);
      now =
          onNodesThread(disks::slots).stream()
              .filter(one -> one.index() == slot.index())
              .findFirst()
              .orElse(now);
    }
    return now.letGo();
  }

  /** Returns whether it was opened. */
  private boolean open(int index, String spec, StorageConfig by) {
    String failure;
    try {
      NodeDisks.Opened disk = disks.open(index, spec, by);
      failure = takenIn(disk);
    } catch (DiskException bad) {
      failure = bad.getMessage();
    } catch (CancellationException nodeHasEnded) {
      throw nodeHasEnded;
    } catch (RuntimeException unexpected) {
      LOG.error("{}: disk {} cannot be opened", node.roleName(), spec, unexpected);
      failure = unexpected.toString();
    }
    if (failure.isEmpty()) {
      LOG.info("{}: slot {} has disk {}", node.roleName(), index, spec);
      return true;
    }
    LOG.error("{}: disk {} cannot be used: {}", node.roleName(), spec, failure);
    DiskFailure noted = new DiskFailure(index, spec, failure);
    onNodesThread(
        () -> {
          disks.addFailed(noted);
          return true;
        });
    return false;
  }

  /** Returns why the disk is refused; empty when it is not. */
  private String takenIn(NodeDisks.Opened disk) {
    try {
      node.shareBuffers(disk.disk());
      return onNodesThread(() -> added(disk));
    } catch (CancellationException nodeHasEnded) {
      disk.stored().engine().close();
      throw nodeHasEnded;
    }
  }

  private String added(NodeDisks.Opened disk) {
    try {
      disks.add(disk);
      node.addDisk(disk.disk());
      return "";
    } catch (DiskException refused) {
      return refused.getMessage();
    }
  }

  private void announce(List<String> refusals) throws InterruptedException {
    List<Disk> now = onNodesThread(disks::announcements);
    while (hasNewDisks) {
      try {
        announcer.accept(now);
        hasNewDisks = false;
      } catch (StatusRuntimeException refused) {
        if (thread.isInterrupted()) {
          throw refused; // it was not Mgmtd who ended the call
        }
        refusals.add("Mgmtd does not take the new disks: " + refused.getMessage());
        return;
      } catch (MgmtdUnavailableException silent) {
        LOG.warn(
            "{}: Mgmtd does not know the new disks yet: {}", node.roleName(), silent.getMessage());
        Thread.sleep(PAUSE);
      }
    }
  }

  private <T> T onNodesThread(Supplier<T> question) {
    return node.ask(question).join();
  }

  /**
   * Ends, when a disk that is being opened has been taken in; or closed, when the node has ended.
   */
  @Override
  public void close() {
    thread.interrupt();
    ThreadEnd.await(thread);
  }
}
