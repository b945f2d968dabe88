package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.spdk.NvmeNamespace;
import io.luciola.spdk.NvmeQueuePair;
import io.luciola.spdk.QueuePairOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Gathers what a device needs, and gives all of it back when something is not to be had. */
final class SpdkDeviceOpening {

  private final DeviceSpec.Spdk spec;
  private final QueuePairOptions options;
  private final SpdkDrives drives;
  private final LongSupplier nanoTime;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  SpdkDeviceOpening(
      DeviceSpec.Spdk spec, int queueDepth, SpdkDrives drives, LongSupplier nanoTime) {
    this.spec = spec;
    this.options = QueuePairOptions.ofDepth(queueDepth);
    this.drives = drives;
    this.nanoTime = nanoTime;
  }

  /**
   * Opens.
   *
   * @throws DeviceException when the namespace cannot be used
   * @throws io.luciola.spdk.SpdkException when SPDK refuses
   */
  SpdkNvmeDevice open() {
    try {
      SpdkDrives.ClaimedNamespace claimed = drives.claim(spec);
      SpdkDrive drive = claimed.drive();
      NvmeNamespace namespace = claimed.namespace();
      undo.push(() -> drives.unclaim(drive, namespace.id()));
      int sectorBytes = namespace.sectorBytes();
      if ((sectorBytes != 512 && sectorBytes != 4096) || namespace.metadataBytes() != 0) {
        throw new DeviceException(
            "its sectors have "
                + sectorBytes
                + " bytes and "
                + namespace.metadataBytes()
                + " bytes of metadata; format it with 4096 or 512 and 0 (nvme format)");
      }
      NvmeQueuePair queuePair = drive.openQueuePair(options);
      if (queuePair == null) {
        throw new DeviceException("its controller has just failed; try again in some seconds");
      }
      undo.push(() -> drive.closeQueuePair(queuePair));
      DmaBuffers dmaBuffers = null;
      boolean behindIommu = false;
      if (spec instanceof DeviceSpec.SpdkPci local) {
        behindIommu = drives.isBehindIommu(local);
        dmaBuffers =
            DmaBuffers.allocate(
                drives.spdk(), queuePair.depth(), SpdkNvmeDevice.maxTransferBytes(namespace));
        undo.push(dmaBuffers::close);
      }
      return new SpdkNvmeDevice(
          spec.toString(), drives, claimed, queuePair, options, dmaBuffers, behindIommu, nanoTime);
    } catch (RuntimeException | Error failure) {
      undo.forEach(Runnable::run);
      throw failure;
    }
  }
}
