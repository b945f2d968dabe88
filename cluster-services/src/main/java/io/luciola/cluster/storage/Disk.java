package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadEnd;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.handoff.ClientOptions;
import io.luciola.blockstore.engine.handoff.EngineClient;
import io.luciola.blockstore.engine.handoff.EngineRunner;
import io.luciola.blockstore.engine.handoff.EngineSource;
import io.luciola.blockstore.engine.handoff.HandoffListener;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk of a storage node: the engine on it, and the way of its completions to the node. Made
 * before the node, because engines learn their listener when they are opened.
 */
public final class Disk {

  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

  /** Requests which a node has under way at one disk; more wait in the node. */
  private static final int MAX_IN_FLIGHT = 4096;

  private final String name;
  private final UUID uuid;
  private final ChunkEngine engine;
  private final DiskCompletions completions;

  /** How the engine's own thread idles; null when the node's thread runs the engine. */
  private final @Nullable IdleMode ownThreadIdle;

  private @Nullable EngineRunner runner;
  private @Nullable EngineClient client;
  private volatile @Nullable Thread closing;

  private Disk(
      String name,
      UUID uuid,
      ChunkEngine engine,
      DiskCompletions completions,
      @Nullable IdleMode ownThreadIdle) {
    this.name = name;
    this.uuid = uuid;
    this.engine = engine;
    this.completions = completions;
    this.ownThreadIdle = ownThreadIdle;
  }

  Disk(String name, UUID uuid, ChunkEngine engine, DiskCompletions completions) {
    this(name, uuid, engine, completions, null);
  }

  /**
   * Opens a block engine, for example {@code Disk.open("disk0", listener ->
   * BlockEngine.open(device, options, listener))}.
   *
   * @param name as logs name the disk
   */
  public static Disk open(String name, Function<ChunkEngine.Listener, BlockEngine> opener) {
    DiskCompletions completions = new DiskCompletions();
    BlockEngine engine = opener.apply(completions);
    return new Disk(name, engine.diskUuid(), engine, completions);
  }

  /** Opens an engine of any kind, whose disk's identity is known beforehand. */
  public static Disk open(
      String name, UUID uuid, Function<ChunkEngine.Listener, ? extends ChunkEngine> opener) {
    DiskCompletions completions = new DiskCompletions();
    return new Disk(name, uuid, opener.apply(completions), completions);
  }

  /** The disk as logs name it. */
  public String name() {
    return name;
  }

  /** The disk's identity in the routing map. */
  public UUID uuid() {
    return uuid;
  }

  /**
   * The same disk, whose engine gets a thread of its own when the node starts.
   *
   * @param idle what that thread does when there is nothing to do
   */
  public Disk onOwnThread(IdleMode idle) {
    return new Disk(name, uuid, engine, completions, idle);
  }

  /** Tells the device of the memory that most transfers use; before {@link #connect} only. */
  void registerMemory(long address, long lengthBytes) {
    engine.registerMemory(address, lengthBytes);
  }

  /**
   * Connects the node: called once, by its thread, before which the engine is the caller's.
   *
   * @return the engine as that thread is to use it
   */
  ChunkEngine connect(HandoffListener node) {
    if (ownThreadIdle == null) {
      completions.deliverTo(node);
      return engine;
    }
    EngineSource source =
        new EngineSource(
            engine.roleName(),
            listener -> {
              completions.deliverTo(listener);
              return engine;
            });
    runner =
        EngineRunner.start(
            ThreadingMode.DEDICATED,
            ownThreadIdle,
            EngineRunner.DEFAULT_RING_CAPACITY,
            List.of(source));
    client = runner.connect(0, ClientOptions.sleeping(MAX_IN_FLIGHT), node);
    return client;
  }

  /**
   * Closes as {@link #close} does, but on a thread of its own, since a device that has failed may
   * take its time. Nothing may be in flight.
   */
  void closeAside() {
    closing = Thread.ofPlatform().daemon().name("close-" + name).start(this::closeFailed);
  }

  private void closeFailed() {
    try {
      closeNow();
      LOG.info("{} is closed", name);
    } catch (RuntimeException refused) {
      LOG.error("{} could not be closed in order", name, refused);
    }
  }

  /** Whether {@link #closeAside} was called, and has ended. */
  boolean isClosed() {
    Thread running = closing;
    return running != null && !running.isAlive();
  }

  /** Makes all durable and closes the engine, and ends its thread when it has one. */
  void close() {
    Thread running = closing;
    if (running == null) {
      closeNow();
      return;
    }
    ThreadEnd.await(running); // the device may still use the node's memory
  }

  private void closeNow() {
    if (runner == null) {
      engine.close();
      return;
    }
    try {
      if (client != null) {
        client.close();
      }
    } finally {
      runner.close();
    }
  }
}
