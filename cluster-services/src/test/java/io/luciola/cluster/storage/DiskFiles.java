package io.luciola.cluster.storage;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The disks of a loopback cluster's nodes, one each, as files that outlive the nodes. */
final class DiskFiles {

  private final Path folder;
  private final long diskBytes;

  DiskFiles(Path folder, long diskBytes) {
    this.folder = folder;
    this.diskBytes = diskBytes;
  }

  Path of(int node) {
    return folder.resolve("node" + node);
  }

  /** Opens a node's disk; makes and formats it when there is none. */
  Disk open(int node, UUID uuid, EngineOptions options) {
    Path file = of(node);
    if (!Files.exists(file)) {
      UringDevice.create(file, diskBytes);
    }
    UringDevice device = UringDevice.open(file);
    if (!BlockEngine.isFormatted(device)) {
      BlockEngine.format(device, FormatOptions.defaults(uuid));
    }
    return Disk.open("disk", uuid, listener -> BlockEngine.open(device, options, listener));
  }
}
