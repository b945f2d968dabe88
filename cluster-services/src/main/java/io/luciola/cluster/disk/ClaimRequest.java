package io.luciola.cluster.disk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator asks for.
 *
 * @param addresses the NVMe controllers
 * @param driver null to choose: vfio-pci where there is an IOMMU group, uio_pci_generic elsewhere
 * @param hugePagesMib memory in huge pages that there must be at least, MiB; 0 leaves it alone
 * @param user who may use the drives beside root; null for root alone
 * @param persist whether it is done again at every boot
 * @param forced whether a drive that is in use is taken all the same
 * @param serial the serial number that the only drive must have; null for any
 */
public record ClaimRequest(
    List<PciAddress> addresses,
    @Nullable UserSpaceDriver driver,
    long hugePagesMib,
    @Nullable String user,
    boolean persist,
    boolean forced,
    @Nullable String serial) {

  /** Huge pages when nothing is said, MiB. */
  public static final long DEFAULT_HUGE_PAGES_MIB = 1024;

  public ClaimRequest {
    addresses = addresses.stream().distinct().toList();
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no drive is named");
    }
    if (hugePagesMib < 0) {
      throw new IllegalArgumentException("a negative number of MiB: " + hugePagesMib);
    }
    if (serial != null && addresses.size() > 1) {
      throw new IllegalArgumentException("a serial number says which drive: name only one");
    }
  }

  /** A claim with nothing special. */
  public static ClaimRequest of(PciAddress... addresses) {
    return new ClaimRequest(
        List.of(addresses), null, DEFAULT_HUGE_PAGES_MIB, null, false, false, null);
  }
}
