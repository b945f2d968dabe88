package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StorageNodeTest {

  @Test
  void aWriteThroughThreeReplicasIsReadBack() {
    var contents = LoopbackCluster.contents(3, 2);
    try (LoopbackCluster cluster = LoopbackCluster.inMemory(contents);
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      FileLayout layout = cluster.layout(65536);
      byte[] data = new byte[300_000];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) ((i * 31) >> 3);
      }
      long memory = Memory.allocate(1 << 20);
      Memory.put(memory, data, 0, data.length);
      assertEquals(data.length, path.writeNow(layout, 42, 12_345, data.length, memory));
      Memory.fill(memory, 1 << 20, (byte) 0x5A);
      assertEquals(data.length, path.readNow(layout, 42, 12_345, data.length, memory));
      byte[] back = new byte[data.length];
      Memory.get(memory, back, 0, back.length);
      assertArrayEquals(data, back);
      Memory.free(memory, 1 << 20);
    }
  }
}
