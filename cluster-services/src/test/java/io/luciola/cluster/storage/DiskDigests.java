package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the disks of nodes that are down hold: chain and chunk, with version, length and digest. */
final class DiskDigests {

  private DiskDigests() {}

  static Map<String, String> of(Path file) {
    Map<String, String> all = new TreeMap<>();
    try (BlockEngine engine =
        BlockEngine.open(
            UringDevice.open(file), EngineOptions.defaults("check"), new IgnoringListener())) {
      for (long targetId : engine.targetIds()) {
        engine.forEachChunk(
            targetId,
            stat ->
                all.put(
                    "chain %d chunk %016x%016x"
                        .formatted(targetId / 100, stat.chunkHi, stat.chunkLo),
                    "version %d, %d bytes, digest %016x, pending %d"
                        .formatted(
                            stat.committedVersion,
                            stat.committedLengthBytes,
                            stat.committedDigest,
                            stat.pendingVersion)));
      }
    }
    return all;
  }

  static void assertSame(Path first, Path... others) {
    Map<String, String> expected = of(first);
    assertFalse(expected.isEmpty());
    for (Path other : others) {
      assertEquals(expected, of(other), other.getFileName() + " and " + first.getFileName());
    }
  }

  private static final class IgnoringListener implements ChunkEngine.Listener {
    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {}

    @Override
    public void onRead(long tag, int status, long version) {}

    @Override
    public void onSynced(long tag, int status) {}
  }
}
