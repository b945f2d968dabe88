package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.ChecksumPage;
import io.luciola.blockstore.engine.format.ChunkEntry;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.StoredTarget;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks both superblocks, and that the one which holds makes sense. */
final class SuperblockCheck {

  private static final int BLOCK_BYTES = 4096;
  private static final long FIRST_JOURNAL_OFFSET = 64 << 10;

  private final ReadOnlyDevice device;
  private final Findings findings;
  private final Crc32c crc;

  SuperblockCheck(ReadOnlyDevice device, Findings findings, Crc32c crc) {
    this.device = device;
    this.findings = findings;
    this.crc = crc;
  }

  /**
   * The superblock that holds; null when nothing can be found with what is left.
   *
   * @throws UnusableDeviceException when there is no superblock of this format version
   */
  @Nullable Superblock run() {
    long memory = Memory.allocate(2L * Superblock.BYTES);
    try {
      return run(memory, memory + Superblock.BYTES);
    } finally {
      Memory.free(memory, 2L * Superblock.BYTES);
    }
  }

  private @Nullable Superblock run(long first, long second) {
    device.read(Superblock.offset(0), first, Superblock.BYTES);
    device.read(Superblock.offset(1), second, Superblock.BYTES);
    if (!MetadataHeader.isOfType(first, MetadataHeader.SUPERBLOCK)
        && !MetadataHeader.isOfType(second, MetadataHeader.SUPERBLOCK)) {
      throw new UnusableDeviceException(
          Reason.NOT_FORMATTED, device.name() + " carries no superblock of Luciola");
    }
    boolean firstIntact = isIntact(first);
    boolean secondIntact = isIntact(second);
    String loss = firstIntact || secondIntact ? "the other one holds" : "so is the other one";
    if (!firstIntact) {
      damaged(0, loss, secondIntact);
    }
    if (!secondIntact) {
      damaged(1, loss, firstIntact);
    }
    if (!firstIntact && !secondIntact) {
      return null;
    }
    boolean holdsFirst =
        firstIntact
            && (!secondIntact || MetadataHeader.sequence(first) >= MetadataHeader.sequence(second));
    if (firstIntact && secondIntact) {
      compare(first, second, holdsFirst);
    }
    Superblock superblock = Superblock.decode(holdsFirst ? first : second);
    return makesSense(superblock, Superblock.offset(holdsFirst ? 0 : 1)) ? superblock : null;
  }

  private boolean isIntact(long address) {
    if (!MetadataHeader.isOfType(address, MetadataHeader.SUPERBLOCK)
        || !MetadataHeader.isIntact(address, Superblock.BYTES, crc)) {
      return false;
    }
    if (!MetadataHeader.isOfReadVersion(address)) {
      throw UnusableDeviceException.otherVersion(device.name(), MetadataHeader.version(address));
    }
    int targets = Superblock.targetCount(address);
    return targets >= 0 && targets <= StoredTarget.MAX;
  }

  private void damaged(int copy, String loss, boolean otherIntact) {
    String what = "superblock copy " + copy + " is damaged; " + loss;
    if (otherIntact) {
      findings.warning(what, Superblock.offset(copy), Superblock.BYTES);
    } else {
      findings.error(what, Superblock.offset(copy), Superblock.BYTES);
    }
  }

  private void compare(long first, long second, boolean holdsFirst) {
    long one = MetadataHeader.sequence(first);
    long other = MetadataHeader.sequence(second);
    if (one != other) {
      findings.warning(
          "superblock copy "
              + (holdsFirst ? 1 : 0)
              + " is an older one; a crash may have come between writing the two, otherwise a"
              + " write was lost",
          Superblock.offset(holdsFirst ? 1 : 0),
          Superblock.BYTES);
    } else if (!Memory.equal(first, second, Superblock.BYTES)) {
      findings.error(
          "superblock copy 1 differs from copy 0 of the same generation",
          Superblock.offset(1),
          Superblock.BYTES);
    }
  }

  private boolean makesSense(Superblock superblock, long offset) {
    DeviceLayout layout = superblock.layout();
    long before = findings.errors();
    require(
        layout.journalOffset() == FIRST_JOURNAL_OFFSET
            && layout.journalBytes() >= DeviceLayout.MIN_JOURNAL_BYTES
            && layout.checkpointBytes() > 0
            && layout.checkpointOffset() == layout.journalOffset() + layout.journalBytes()
            && layout.pagesOffset() == layout.checkpointOffset() + 2 * layout.checkpointBytes()
            && layout.chunkPages() > 0
            && layout.writerPages() > 0
            && layout.checksumPages() > 0
            && layout.dataOffset() == layout.pageOffset(0, 1) + pageAreaBytes(layout)
            && isWhole(layout.journalBytes())
            && isWhole(layout.checkpointBytes()),
        "areas of the device overlap or do not follow each other",
        offset);
    require(
        layout.dataBlocks() > 0
            && layout.dataBlocks() <= 0xFFFF_FFFFL
            && layout.blockOffset(layout.dataBlocks()) <= layout.deviceBytes()
            && layout.deviceBytes() <= device.sizeBytes(),
        "the data area reaches beyond the device, which has " + device.sizeBytes() + " bytes",
        offset);
    require(
        layout.recordBytes() >= BLOCK_BYTES && layout.recordBytes() <= layout.journalBytes() / 2,
        "records are too large for the journal",
        offset);
    require(
        (long) layout.chunkPages() * ChunkEntry.PER_PAGE >= layout.maxChunks()
            && (long) layout.checksumPages() * ChecksumPage.PER_PAGE >= layout.dataBlocks()
            && superblock.chunkSlots() >= 0
            && superblock.chunkSlots() <= layout.maxChunks(),
        "the tables are too small for chunks or blocks",
        offset);
    require(
        superblock.checkpointGeneration() >= 0
            && superblock.checkpointRecords() >= 0
            && superblock.journalStart() >= 0
            && superblock.journalStart() < layout.journalBytes()
            && isWhole(superblock.journalStart())
            && superblock.journalSequence() > 0,
        "checkpoint or journal begin where they cannot",
        offset);
    Set<Long> ids = new HashSet<>();
    for (StoredTarget target : superblock.targets()) {
      require(
          target.isFree()
              || (target.id() >= 0 && target.budgetBytes() >= 0 && ids.add(target.id())),
          "target " + target.id() + " is there twice, or its id or budget is negative",
          offset);
    }
    return findings.errors() == before;
  }

  private void require(boolean holds, String otherwise, long offset) {
    if (!holds) {
      findings.error("the superblock contradicts itself: " + otherwise, offset, Superblock.BYTES);
    }
  }

  private static long pageAreaBytes(DeviceLayout layout) {
    return layout.pageOffset(0, 1) - layout.pageOffset(0, 0);
  }

  private static boolean isWhole(long bytes) {
    return bytes % BLOCK_BYTES == 0;
  }
}
