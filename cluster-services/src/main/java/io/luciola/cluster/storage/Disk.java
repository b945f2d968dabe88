package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import java.util.UUID;
import java.util.function.Function;

/**
 * A disk of a storage node: the engine on it, and the way of its completions to the node. Made
 * before the node, because engines learn their listener when they are opened.
 */
public final class Disk {

  private final String name;
  private final UUID uuid;
  private final ChunkEngine engine;
  private final DiskCompletions completions;

  Disk(String name, UUID uuid, ChunkEngine engine, DiskCompletions completions) {
    this.name = name;
    this.uuid = uuid;
    this.engine = engine;
    this.completions = completions;
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

  /** The engine; once a node has the disk, only the node's thread may call it. */
  public ChunkEngine engine() {
    return engine;
  }

  DiskCompletions completions() {
    return completions;
  }
}
