package io.luciola.cluster.disk;

/**
 * A block device that the kernel offers: an NVMe namespace or a whole disk.
 *
 * @param name the kernel's name, {@code nvme0n1} for example
 * @param sizeBytes its size
 * @param sectorBytes the unit of its addresses
 */
public record Volume(String name, long sizeBytes, int sectorBytes) {

  /** Its file in {@code /dev}. */
  public String path() {
    return "/dev/" + name;
  }
}
