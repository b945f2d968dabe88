package io.luciola.blockstore.engine.check;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param device what is on the device; null when no superblock is intact, so that nobody can know
 * @param findings the first of them, at most 10,000
 * @param errors all findings that are errors
 * @param warnings all findings that are warnings
 * @param verifiedBlocks blocks of chunks that were read and match their checksums
 * @param readBytes all that was read
 */
public record CheckReport(
    @Nullable DeviceSummary device,
    List<Finding> findings,
    long errors,
    long warnings,
    long verifiedBlocks,
    long readBytes) {

  /** Copies the list. */
  public CheckReport {
    findings = List.copyOf(findings);
  }

  /** Whether nothing was found. */
  public boolean isClean() {
    return errors == 0 && warnings == 0;
  }

  /**
   * What is on a device.
   *
   * @param uuid its identity
   * @param deviceBytes its size when it was formatted
   * @param journal the journal
   * @param checkpoint the checkpoint that holds
   * @param dataOffset where the data area begins
   * @param dataBytes its size
   * @param usedBytes what extents take of it
   * @param maxChunks most chunks
   * @param chunks chunks there are
   * @param pendings pending updates
   * @param targets all targets
   * @param extents how many extents there are of each size that is in use
   */
  public record DeviceSummary(
      UUID uuid,
      long deviceBytes,
      JournalSummary journal,
      CheckpointSummary checkpoint,
      long dataOffset,
      long dataBytes,
      long usedBytes,
      int maxChunks,
      long chunks,
      long pendings,
      List<TargetSummary> targets,
      List<ExtentSummary> extents) {

    /** Copies the lists. */
    public DeviceSummary {
      targets = List.copyOf(targets);
      extents = List.copyOf(extents);
    }
  }

  /**
   * The journal.
   *
   * @param offset where it begins on the device
   * @param bytes its size
   * @param epoch how often the engine was opened
   * @param firstSequence the first record behind the checkpoint
   * @param records how many records are to be replayed
   * @param recordBytes what they take
   */
  public record JournalSummary(
      long offset, long bytes, long epoch, long firstSequence, long records, long recordBytes) {}

  /**
   * A checkpoint.
   *
   * @param generation counts checkpoints; 0: none was written yet
   * @param offset of its region on the device
   * @param records of pending updates
   * @param pages metadata pages that were written at least once
   */
  public record CheckpointSummary(int generation, long offset, long records, int pages) {}

  /**
   * A target.
   *
   * @param id its id
   * @param budgetBytes most bytes of capacity that it may use
   * @param usedBytes what its extents take
   * @param chunks chunks there are
   * @param pendings pending updates
   * @param lossy chunks of it may have been lost with damaged metadata
   * @param removing it is being removed: its chunks and their space do not count any longer
   */
  public record TargetSummary(
      long id,
      long budgetBytes,
      long usedBytes,
      long chunks,
      long pendings,
      boolean lossy,
      boolean removing) {}

  /**
   * Extents of one size.
   *
   * @param bytes the size
   * @param count how many there are
   */
  public record ExtentSummary(long bytes, long count) {}
}
