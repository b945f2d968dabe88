package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * A namespace of a controller: a range of sectors, numbered from 0. Its values are those from when
 * the controller was connected. Any thread may use it.
 */
public final class NvmeNamespace {

  private static final long IDENTIFY_BYTES = 4096;
  private static final long FEATURES = 24;
  private static final long ATOMIC_WRITE_UNIT_POWER_FAIL = 36;
  // The namespace has atomic write units of its own.
  private static final int OWN_ATOMICITY_BIT = 1 << 1;

  private final NvmeController controller;
  private final long handle;
  private final int id;
  private final int sectorBytes;
  private final int metadataBytes;
  private final long sectors;
  private final int maxTransferBytes;
  private final long atomicWriteBytes;

  NvmeNamespace(NvmeController controller, long handle, int id, ControllerInfo info) {
    this.controller = controller;
    this.handle = handle;
    this.id = id;
    sectorBytes = ControllerCalls.sectorBytes(handle);
    metadataBytes = ControllerCalls.metadataBytes(handle);
    sectors = ControllerCalls.sectors(handle);
    maxTransferBytes = ControllerCalls.maxTransferBytes(handle);
    atomicWriteBytes =
        (long) sectorBytes
            * atomicWriteSectors(
                MemorySegment.ofAddress(ControllerCalls.namespaceIdentifyData(handle))
                    .reinterpret(IDENTIFY_BYTES),
                info);
  }

  private static int atomicWriteSectors(MemorySegment identify, ControllerInfo info) {
    if ((identify.get(JAVA_BYTE, FEATURES) & OWN_ATOMICITY_BIT) != 0) {
      int own =
          Short.toUnsignedInt(identify.get(JAVA_SHORT_UNALIGNED, ATOMIC_WRITE_UNIT_POWER_FAIL));
      // Zero says that the controller's value holds.
      if (own != 0) {
        return own + 1;
      }
    }
    return info.atomicWriteUnitPowerFailBlocks();
  }

  NvmeController controller() {
    return controller;
  }

  long handle() {
    return handle;
  }

  /** Returns the number of the namespace, from 1 on. */
  public int id() {
    return id;
  }

  /** Returns the length of a sector's data. */
  public int sectorBytes() {
    return sectorBytes;
  }

  /**
   * Returns the length of the metadata that goes with each sector. Unless it is 0, the bindings
   * cannot read and write the namespace: format it without metadata.
   */
  public int metadataBytes() {
    return metadataBytes;
  }

  /** Returns the number of sectors. */
  public long sectors() {
    return sectors;
  }

  /** Returns the length of all sectors' data. */
  public long sizeBytes() {
    return sectors * sectorBytes;
  }

  /** Returns the length up to which a transfer is one command; SPDK splits longer ones. */
  public int maxTransferBytes() {
    return maxTransferBytes;
  }

  /**
   * Returns the length up to which a write is done as a whole or not at all, also when the power
   * fails.
   */
  public long atomicWriteBytes() {
    return atomicWriteBytes;
  }

  @Override
  public String toString() {
    return "namespace " + id + " of " + controller.id();
  }
}
