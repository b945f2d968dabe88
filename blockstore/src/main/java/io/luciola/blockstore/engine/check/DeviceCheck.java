package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.check.CheckReport.CheckpointSummary;
import io.luciola.blockstore.engine.check.CheckReport.DeviceSummary;
import io.luciola.blockstore.engine.check.CheckReport.ExtentSummary;
import io.luciola.blockstore.engine.check.CheckReport.JournalSummary;
import io.luciola.blockstore.engine.check.CheckReport.TargetSummary;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks a device that no engine has open. It only reads.
 *
 * <p>Every block that holds live content or metadata is held against what it should be; one that is
 * not so is named by a finding. Blocks that nothing refers to are not looked at.
 *
 * <p>Memory: 1 bit per block of the device, the chunks and checksum pages that the journal changes,
 * and some tens of MiB.
 */
public final class DeviceCheck {

  private static final long BLOCK_BYTES = 4096;

  private DeviceCheck() {}

  /**
   * Checks. Blocks; the device stays open and the caller's.
   *
   * @param withData whether chunks are read; metadata and their journaled blocks always are
   * @throws UnusableDeviceException when the device carries no engine, or one of another format
   *     version
   */
  public static CheckReport run(BlockDevice device, boolean withData, CheckProgress progress) {
    Findings findings = new Findings();
    ReadOnlyDevice reader = new ReadOnlyDevice(device, findings);
    Crc32c crc = new Crc32c();
    Superblock superblock = new SuperblockCheck(reader, findings, crc).run();
    if (superblock == null) {
      return report(null, findings, 0, reader);
    }
    progress.onProgress("metadata", 0, superblock.layout().dataOffset());
    try (StoredState state = new StoredState(reader, superblock, findings, crc)) {
      state.load();
      new DuplicateNames(state, findings).run();
      long verified;
      try (ContentCheck content =
          new ContentCheck(reader, state, findings, crc, withData, progress)) {
        content.run();
        verified = content.verifiedBlocks();
      }
      checkLossy(state, findings);
      return report(summaryOf(state), findings, verified, reader);
    }
  }

  private static void checkLossy(StoredState state, Findings findings) {
    for (CheckedTarget target : state.targets) {
      if (target.lossy && !target.removing && !target.gone) {
        findings.warning(
            "target "
                + target.id
                + " is lossy: damaged metadata may have cost it chunks; resynchronise it, then"
                + " accept its losses",
            Finding.NOWHERE,
            0);
      }
    }
  }

  private static CheckReport report(
      @Nullable DeviceSummary summary, Findings findings, long verified, ReadOnlyDevice reader) {
    return new CheckReport(
        summary,
        findings.kept(),
        findings.errors(),
        findings.warnings(),
        verified,
        reader.readBytes());
  }

  private static DeviceSummary summaryOf(StoredState state) {
    Superblock superblock = state.superblock;
    DeviceLayout layout = state.layout;
    List<TargetSummary> targets = new ArrayList<>();
    for (CheckedTarget target : state.targets) {
      if (!target.gone) {
        targets.add(
            new TargetSummary(
                target.id,
                target.budgetBytes,
                target.usedBlocks * BLOCK_BYTES,
                target.chunks,
                target.pendings,
                target.lossy,
                target.removing));
      }
    }
    List<ExtentSummary> extents = new ArrayList<>();
    for (int order = 0; order < state.extentsByOrder.length; order++) {
      if (state.extentsByOrder[order] > 0) {
        extents.add(new ExtentSummary(BLOCK_BYTES << order, state.extentsByOrder[order]));
      }
    }
    return new DeviceSummary(
        superblock.diskUuid(),
        layout.deviceBytes(),
        new JournalSummary(
            layout.journalOffset(),
            layout.journalBytes(),
            superblock.epoch(),
            superblock.journalSequence(),
            state.records.journalRecords(),
            state.records.journalBytes()),
        new CheckpointSummary(
            superblock.checkpointGeneration(),
            layout.checkpointOffset(superblock.checkpointRegion()),
            superblock.checkpointRecords(),
            state.pages.written()),
        layout.dataOffset(),
        layout.dataBlocks() * BLOCK_BYTES,
        state.usedBlocks() * BLOCK_BYTES,
        layout.maxChunks(),
        state.chunks(),
        targets.stream().mapToLong(TargetSummary::pendings).sum(),
        targets,
        extents);
  }
}
