package io.luciola.target;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.handoff.HandoffListener;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Disks in memory by their names, and a node that has some of them in its slots. */
final class DiskShelf implements DeviceSource, HandoffListener {

  static final DiskOptions FORMATS = new DiskOptions(0, true, "engine", null);
  static final DiskOptions FORMATS_NOT = new DiskOptions(0, false, "engine", null);
  static final long DISK_BYTES = 24 << 20;

  private static final int NOT_ENDED = 1;
  private static final int MAX_ROUNDS = 1_000_000;

  final Map<String, DeviceImage> images = new HashMap<>();
  private final Map<String, FailingDevice> opened = new HashMap<>();
  private int outcome;

  static String spec(String name) {
    return "uring:/" + name;
  }

  DiskShelf withBlank(String... names) {
    for (String name : names) {
      images.put(name, new DeviceImage(DISK_BYTES));
    }
    return this;
  }

  /** The device of a disk that was opened last. */
  FailingDevice device(String name) {
    return opened.get(name);
  }

  /** Opens a node with these disks in its slots. */
  DiskSet open(DiskOptions options, String... names) throws DiskException {
    List<String> specs = Arrays.stream(names).map(DiskShelf::spec).toList();
    return DiskSet.open(specs, options, this, index -> this);
  }

  @Override
  public BlockDevice open(DeviceSpec spec) {
    String name = ((DeviceSpec.Uring) spec).path().getFileName().toString();
    DeviceImage image = images.get(name);
    if (image == null) {
      throw new DeviceException("there is no " + name);
    }
    FailingDevice device = new FailingDevice(new ImageDevice(image, 4096, false));
    opened.put(name, device);
    return device;
  }

  /** Creates a chunk of 4 KiB capacity without data; says how its prepare ended. */
  int write(StorageDisk disk, long targetId, long chunk) {
    ChunkUpdate update = new ChunkUpdate();
    update.targetId = targetId;
    update.chunkLo = chunk;
    update.kind = ChunkUpdate.TRUNCATE;
    update.version = 1;
    update.offsetBytes = 100;
    update.capacityBytes = 4096;
    outcome = NOT_ENDED;
    int refused = disk.engine().prepare(update, 1);
    if (refused != EngineStatus.OK) {
      return refused;
    }
    for (int i = 0; outcome == NOT_ENDED; i++) {
      if (i == MAX_ROUNDS) {
        throw new AssertionError("a prepare hangs");
      }
      disk.engine().doWork();
    }
    return outcome == EngineStatus.OK ? disk.engine().commit(targetId, 0, chunk, 1, 1) : outcome;
  }

  /** Lets the engines work until no target is being removed any longer. */
  static void awaitRemovals(DiskSet set) {
    for (StorageDisk disk : set.disks()) {
      for (int i = 0; disk.engine().removedTargetIds().length > 0; i++) {
        if (i == MAX_ROUNDS) {
          throw new AssertionError("a removal does not end");
        }
        disk.engine().doWork();
      }
    }
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    outcome = status;
  }

  @Override
  public void onRead(long tag, int status, long version) {
    throw new AssertionError("nothing was read");
  }

  @Override
  public void onSynced(long tag, int status) {
    throw new AssertionError("nothing was synced");
  }

  @Override
  public void onCommitRefused(long targetId, long chunkHi, long chunkLo, long version, int status) {
    throw new AssertionError("a commit was refused: " + EngineStatus.name(status));
  }

  @Override
  public void onStat(long tag, int status, ChunkStat stat) {
    throw new AssertionError("nobody asked");
  }
}
