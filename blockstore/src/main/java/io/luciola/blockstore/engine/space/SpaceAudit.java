package io.luciola.blockstore.engine.space;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is said of space against the extents there are. The invariants:
 *
 * <ul>
 *   <li>every extent of a committed or pending version lies in the area, aligned to its size, and
 *       no two of them share a block;
 *   <li>a target uses the sum of its extents, committed and pending;
 *   <li>every block is in an extent, free, or on its way to be free (quarantined or being
 *       discarded), and only one of them.
 * </ul>
 *
 * <p>Add every extent, check every target, then {@link #finish}. Each violation is one finding;
 * without findings, free space is exactly the rest of the area. Needs the memory of an {@link
 * ExtentAllocator} and a few bytes per target.
 */
public final class SpaceAudit implements AutoCloseable {

  private final ExtentAllocator audited;
  private final ExtentAllocator taken;
  private final long blockBytes;
  private final Consumer<String> findings;
  private final Map<Long, Long> usedBlocks = new HashMap<>();

  /**
   * An audit that knows no extents yet.
   *
   * @param audited says what is free; it must not change during the audit
   * @param findings gets a sentence for each violation
   */
  public SpaceAudit(ExtentAllocator audited, int blockBytes, Consumer<String> findings) {
    this.audited = audited;
    taken = new ExtentAllocator(audited.blocks());
    this.blockBytes = blockBytes;
    this.findings = findings;
  }

  /**
   * Adds an extent.
   *
   * @param pending whether it belongs to a pending version
   */
  public void add(
      long targetId, long chunkHi, long chunkLo, long start, int order, boolean pending) {
    String problem = null;
    if (!isInArea(start, order)) {
      problem = "is no extent of the data area";
    } else if (!taken.reserve(start, order)) {
      problem = "shares blocks with another extent";
    } else if (!audited.isTaken(start, order)) {
      problem = "has blocks that are free";
    }
    if (problem != null) {
      findings.accept(
          "%s extent of chunk %016x%016x of target %d (block %d, order %d) %s"
              .formatted(
                  pending ? "Pending" : "Committed",
                  chunkHi,
                  chunkLo,
                  targetId,
                  start,
                  order,
                  problem));
    }
    if (order >= 0 && order <= ExtentAllocator.MAX_ORDER) {
      usedBlocks.merge(targetId, 1L << order, Long::sum);
    }
  }

  /** Compares what a target is said to use with the sum of its extents. */
  public void checkTarget(long targetId, long usedBytes) {
    long expected = blocksOf(usedBlocks.remove(targetId)) * blockBytes;
    if (usedBytes != expected) {
      findings.accept(
          "Target %d is charged %d bytes but its extents have %d"
              .formatted(targetId, usedBytes, expected));
    }
  }

  /**
   * Compares free space with what the extents leave, and reports extents of targets that were not
   * checked.
   *
   * @param returningBlocks quarantined or being discarded
   */
  public void finish(long returningBlocks) {
    if (audited.freeBlocks() + returningBlocks != taken.freeBlocks()) {
      findings.accept(
          "%d blocks are free and %d about to be, but the extents leave %d"
              .formatted(audited.freeBlocks(), returningBlocks, taken.freeBlocks()));
    }
    usedBlocks.forEach(
        (target, blocks) ->
            findings.accept(
                "Unknown target %d has extents of %d bytes"
                    .formatted(target, blocks * blockBytes)));
  }

  @Override
  public void close() {
    taken.close();
  }

  private boolean isInArea(long start, int order) {
    return order >= 0
        && order <= ExtentAllocator.MAX_ORDER
        && start >= 0
        && (start & ((1L << order) - 1)) == 0
        && start + (1L << order) <= taken.blocks();
  }

  private static long blocksOf(@Nullable Long blocks) {
    return blocks == null ? 0 : blocks;
  }
}
