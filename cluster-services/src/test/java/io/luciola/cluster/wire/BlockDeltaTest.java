package io.luciola.cluster.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BlockDeltaTest {

  private static final int MOST_BYTES = 300 * ChunkEngine.BLOCK_BYTES;

  @Property(tries = 200)
  void aDeltaMakesTheNewContentOfTheBase(
      @ForAll @IntRange(min = 1, max = MOST_BYTES) int contentBytes,
      @ForAll @IntRange(max = 300) int changes,
      @ForAll long seed) {
    long room = 2L * MOST_BYTES;
    long content = Memory.allocate(room);
    long base = Memory.allocate(room);
    long checksums = Memory.allocate(room);
    long payload = Memory.allocate(room);
    try {
      Random random = new Random(seed);
      byte[] bytes = new byte[contentBytes];
      random.nextBytes(bytes);
      Memory.put(content, bytes, 0, contentBytes);
      Memory.copy(content, base, contentBytes);
      boolean[] changed = new boolean[BlockDelta.blocks(contentBytes)];
      for (int i = 0; i < changes; i++) {
        int at = random.nextInt(contentBytes);
        if (!changed[at / ChunkEngine.BLOCK_BYTES]) {
          changed[at / ChunkEngine.BLOCK_BYTES] = true;
          Memory.putByte(base + at, (byte) (Memory.getByte(base + at) ^ 1));
        }
      }
      int differing = 0;
      for (int block = 0; block < changed.length; block++) {
        int from = block * ChunkEngine.BLOCK_BYTES;
        differing += changed[block] ? Math.min(ChunkEngine.BLOCK_BYTES, contentBytes - from) : 0;
      }

      Crc32c checksum = new Crc32c();
      BlockDelta.putChecksums(checksums, content, contentBytes, checksum);
      BlockDelta.compare(checksums, base, contentBytes, checksum);
      assertEquals(differing, BlockDelta.differingBytes(checksums, contentBytes));
      int payloadBytes = BlockDelta.put(payload, 7, seed, 9, checksums, content, contentBytes);
      assertEquals(
          BlockDelta.HEADER_BYTES + BlockDelta.bitmapBytes(contentBytes) + differing, payloadBytes);
      assertTrue(BlockDelta.isValid(payload, payloadBytes, contentBytes));
      assertFalse(BlockDelta.isValid(payload, payloadBytes - 1, contentBytes));
      assertFalse(BlockDelta.isValid(payload, 0, contentBytes));
      assertEquals(7, BlockDelta.baseVersion(payload));
      assertEquals(seed, BlockDelta.baseDigest(payload));
      assertEquals(9, BlockDelta.baseLengthBytes(payload));
      BlockDelta.apply(payload, base, contentBytes);
      assertTrue(Memory.equal(content, base, contentBytes));
    } finally {
      Memory.free(content, room);
      Memory.free(base, room);
      Memory.free(checksums, room);
      Memory.free(payload, room);
    }
  }
}
