package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpaceAuditTest {

  private static final int BLOCK = 4096;

  private final ExtentAllocator allocator = new ExtentAllocator(1 << 16);
  private final List<String> findings = new ArrayList<>();
  private final SpaceAudit audit = new SpaceAudit(allocator, BLOCK, findings::add);

  @BeforeEach
  void takeSome() {
    assertTrue(allocator.reserve(0, 4));
    assertTrue(allocator.reserve(64, 3));
    assertTrue(allocator.reserve(1 << 14, 14));
  }

  @AfterEach
  void close() {
    audit.close();
    allocator.close();
  }

  @Test
  void whatFitsHasNoFindings() {
    audit.add(7, 0, 1, 0, 4, false);
    audit.add(7, 0, 1, 64, 3, true);
    audit.add(8, 0, 1, 1 << 14, 14, false);
    audit.checkTarget(7, (16 + 8) * BLOCK);
    audit.checkTarget(8, BLOCK << 14);
    audit.checkTarget(9, 0);
    audit.finish(0);
    assertEquals(List.of(), findings);
  }

  @Test
  void blocksOnTheirWayBackAreNeitherFreeNorInUse() {
    audit.add(7, 0, 1, 0, 4, false);
    audit.checkTarget(7, 16 * BLOCK);
    audit.finish(8 + (1 << 14));
    assertEquals(List.of(), findings);
  }

  @Test
  void sharedBlocksAreFound() {
    audit.add(7, 0, 1, 0, 4, false);
    audit.add(7, 0, 2, 8, 3, true);
    assertFinding("Pending extent of chunk 00000000000000000000000000000002 of target 7 (block 8,");
  }

  @Test
  void extentsOutsideOrUnalignedAreFound() {
    audit.add(7, 0, 1, 4, 4, false);
    audit.add(7, 0, 2, 1 << 16, 0, false);
    audit.add(7, 0, 3, 0, 15, false);
    assertEquals(3, findings.size());
    assertFinding("is no extent of the data area");
  }

  @Test
  void usedBlocksThatAreFreeAreFound() {
    audit.add(7, 0, 1, 0, 5, false);
    assertFinding("has blocks that are free");
  }

  @Test
  void aWrongChargeIsFound() {
    audit.add(7, 0, 1, 0, 4, false);
    audit.checkTarget(7, 15 * BLOCK);
    assertFinding("Target 7 is charged 61440 bytes but its extents have 65536");
  }

  @Test
  void lostBlocksAndUnknownTargetsAreFound() {
    audit.add(7, 0, 1, 0, 4, false);
    audit.finish(1 << 14);
    assertFinding("blocks are free and 16384 about to be, but the extents leave");
    assertEquals("Unknown target 7 has extents of 65536 bytes", findings.getLast());
  }

  private void assertFinding(String part) {
    assertTrue(findings.getFirst().contains(part), findings::toString);
  }
}
