package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.linux.HostNames;
import io.luciola.spdk.ControllerOptions;
import io.luciola.spdk.NvmeController;
import io.luciola.spdk.NvmeNamespace;
import io.luciola.spdk.Spdk;
import io.luciola.spdk.TransportId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The drives which this process has open through SPDK: one controller each. Thread-safe. */
public final class SpdkDrives {

  private static final long RESET_PAUSE_NS = 1_000_000_000;

  /** A drive that hangs holds up its device's owner for so long when its queue pair is closed. */
  private static final int ADMIN_TIMEOUT_MS = 30_000;

  private static final ControllerOptions OPTIONS =
      ControllerOptions.defaults().withAdminTimeoutMs(ADMIN_TIMEOUT_MS);

  private final Spdk spdk;
  private final PciDevices pci;
  private final long resetPauseNs;
  private final RegisteredMemory memory;
  private final Map<TransportId, SpdkDrive> drives = new HashMap<>();

  /** For SPDK as it was started, which must stay so as long as devices are open. */
  public SpdkDrives(Spdk spdk) {
    this(spdk, Path.of("/sys"), RESET_PAUSE_NS);
  }

  /** As above, with another place for what the kernel says of PCI, and another pause. */
  SpdkDrives(Spdk spdk, Path sysfs, long resetPauseNs) {
    this.spdk = spdk;
    this.pci = new PciDevices(sysfs);
    this.resetPauseNs = resetPauseNs;
    memory = new RegisteredMemory(spdk);
  }

  /** What a device got. */
  record ClaimedNamespace(SpdkDrive drive, NvmeNamespace namespace) {}

  Spdk spdk() {
    return spdk;
  }

  RegisteredMemory memory() {
    return memory;
  }

  /** Whether any memory can be registered for the drive, since an IOMMU maps it. */
  boolean isBehindIommu(DeviceSpec.SpdkPci spec) {
    return pci.behindIommu(spec.address());
  }

  /**
   * Takes a namespace for one device; connects its drive when it is not connected yet.
   *
   * @throws DeviceException when it cannot be used
   * @throws io.luciola.spdk.SpdkException when the drive cannot be connected
   */
  synchronized ClaimedNamespace claim(DeviceSpec.Spdk spec) {
    SpdkDrive drive = connect(spec);
    try {
      int id = spec instanceof DeviceSpec.SpdkPci local ? local.namespaceId() : 0;
      return new ClaimedNamespace(drive, drive.claim(id));
    } finally {
      disconnectIfUnused(drive);
    }
  }

  /** SPDK takes no names. */
  private static String addressOf(String host) {
    return HostNames.resolve(host)
        .orElseThrow(() -> new DeviceException("host " + host + " cannot be resolved"));
  }

  /** Gives a namespace back. */
  synchronized void unclaim(SpdkDrive drive, int namespaceId) {
    drive.unclaim(namespaceId);
    disconnectIfUnused(drive);
  }

  /** SPDK lets one thread at a time connect. */
  private SpdkDrive connect(DeviceSpec.Spdk spec) {
    TransportId id =
        switch (spec) {
          case DeviceSpec.SpdkPci local -> TransportId.pcie(local.address());
          case DeviceSpec.SpdkTcp remote ->
              TransportId.tcp(addressOf(remote.host()), remote.port(), remote.nqn());
        };
    SpdkDrive known = drives.get(id);
    if (known != null) {
      return known;
    }
    if (spec instanceof DeviceSpec.SpdkPci local) {
      pci.checkUsable(local.address());
    }
    NvmeController controller = spdk.connect(id, OPTIONS);
    SpdkDrive drive =
        new SpdkDrive(
            spec.driveName(), controller, presence(spec), resetPauseNs, this::disconnectIfUnused);
    drives.put(id, drive);
    return drive;
  }

  private BooleanSupplier presence(DeviceSpec.Spdk spec) {
    return switch (spec) {
      case DeviceSpec.SpdkPci local -> () -> pci.isPresent(local.address());
      case DeviceSpec.SpdkTcp _ -> () -> true;
    };
  }

  /** A drive that is being reset is disconnected after it. */
  private synchronized void disconnectIfUnused(SpdkDrive drive) {
    if (drive.isUnused() && drives.remove(drive.controller().id(), drive)) {
      drive.controller().close();
    }
  }
}
