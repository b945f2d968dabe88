package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.device.spdk.SpdkNvmeDevice;
import io.luciola.blockstore.device.spdk.StandInDevices;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's buffers are where a local drive reaches: what is read goes there without a copy. */
@Timeout(60)
class LocalDriveMemoryTest {

  private static final long DISK_BYTES = 64 << 20;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int READ_BYTES = 64 << 10;
  private static final int READS = 300;

  private final List<SpdkNvmeDevice> drives = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadIsNotCopiedOnItsWayFromALocalDrive(boolean dedicated) {
    long memory = Memory.allocate(CHUNK_BYTES);
    try (StandInDevices devices = StandInDevices.local(4096, DISK_BYTES)) {
      try (LoopbackCluster cluster =
              new LoopbackCluster(
                  3,
                  1,
                  (node, disk, uuid) ->
                      open(
                          uuid,
                          node == 1 ? onDrive(devices) : onMemory(),
                          dedicated && node == 1));
          ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
        FileLayout layout = cluster.layout(CHUNK_BYTES);
        for (int chunk = 0; chunk < cluster.chainCount(); chunk++) {
          assertEquals(
              CHUNK_BYTES,
              path.writeNow(layout, 1, (long) chunk * CHUNK_BYTES, CHUNK_BYTES, memory));
        }
        long copiesBefore = drives.getFirst().copiedTransfers();
        long readsBefore = devices.drive().get("reads");
        for (int i = 0; i < READS; i++) {
          long offset =
              (long) i * READ_BYTES % ((long) cluster.chainCount() * CHUNK_BYTES - READ_BYTES);
          assertEquals(READ_BYTES, path.readNow(layout, 1, offset, READ_BYTES, memory));
        }
        long reads = devices.drive().get("reads") - readsBefore;
        long copies = drives.getFirst().copiedTransfers() - copiesBefore;
        assertTrue(reads > READS / 10, reads + " reads of the drive");
        // The engine's own: commits that were still to be written, and looks at the device.
        assertTrue(copies <= 5, copies + " of " + reads + " were copied");
      }
    } finally {
      Memory.free(memory, CHUNK_BYTES);
    }
  }

  private BlockDevice onDrive(StandInDevices devices) {
    SpdkNvmeDevice device = devices.open(64);
    drives.add(device);
    return device;
  }

  private static BlockDevice onMemory() {
    return new MemoryDevice(DISK_BYTES);
  }

  private static Disk open(UUID uuid, BlockDevice device, boolean dedicated) {
    BlockEngine.format(device, FormatOptions.defaults(uuid));
    EngineOptions options =
        EngineOptions.defaults("engine-" + uuid.getMostSignificantBits())
            .withScrubBytesPerSecond(0);
    Disk disk =
        Disk.open(
            device.geometry().name(), listener -> BlockEngine.open(device, options, listener));
    return dedicated ? disk.onOwnThread(IdleMode.BLOCK) : disk;
  }
}
