package io.luciola.cluster.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, one per service; one of the three storage nodes dies. */
class DeadReplicaTest {

  private static final int CHUNKS = 8;

  /** What a loaded machine may add. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void writesGoOnAndWhoComesBackHasEverything() throws Exception {
    try (ServiceProcesses cluster = new ServiceProcesses(directory, 3, 1, "192MiB")) {
      cluster.startAll();
      ClientOptions options =
          new ClientOptions(
              cluster.spec(),
              Duration.ofSeconds(10),
              DataPathOptions.DEFAULTS.withDeadlineNs(PATIENCE.toNanos()),
              Duration.ofSeconds(5));
      try (LuciolaClient client = LuciolaClient.connect(options);
          DataPath data = client.openDataPath()) {
        Inode file =
            client
                .namespace()
                .create(
                    client.namespace().caller(0, 0),
                    Namespace.ROOT_INODE,
                    ByteString.copyFromUtf8("file"),
                    0644,
                    true)
                .getInode();
        FileLayout layout =
            LayoutMessages.layoutOf(client.namespace().growLayout(file.getId(), CHUNKS - 1));
        long buffer = Memory.allocate(4096);
        try {
          writeEveryChain(data, layout, file, buffer, 1);

          cluster.kill("storage-2");
          writeEveryChain(data, layout, file, buffer, 2);
          String logs = cluster.logs();
          assertTrue(logs.contains("node 2 is dead"), logs);

          cluster.startStorage(2);
          awaitAllServe(client);
          // All is on it alone from now on.
          cluster.kill("storage-1");
          cluster.kill("storage-3");
          readEveryChain(data, layout, file, buffer, 2);
          writeEveryChain(data, layout, file, buffer, 3);
        } finally {
          Memory.free(buffer, 4096);
        }
      }
    }
  }

  private static void awaitAllServe(LuciolaClient client) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (!client.mgmtd().status(Duration.ofSeconds(5)).getRouting().getChainsList().stream()
        .flatMap(chain -> chain.getTargetsList().stream())
        .allMatch(target -> target.getState() == PublicTargetState.SERVING)) {
      assertTrue(System.nanoTime() - beganNs < PATIENCE.toNanos(), "it does not come back");
      Thread.sleep(20);
    }
  }

  private static void writeEveryChain(
      DataPath data, FileLayout layout, Inode file, long buffer, int value) {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      long offset = (long) chunk * layout.chunkSizeBytes();
      Memory.fill(buffer, 4096, (byte) value);
      assertEquals(4096, data.writeNow(layout, file.getId(), offset, 4096, buffer));
    }
    readEveryChain(data, layout, file, buffer, value);
  }

  private static void readEveryChain(
      DataPath data, FileLayout layout, Inode file, long buffer, int value) {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      long offset = (long) chunk * layout.chunkSizeBytes();
      Memory.fill(buffer, 4096, (byte) 0);
      assertEquals(4096, data.readNow(layout, file.getId(), offset, 4096, buffer));
      assertEquals(value, Memory.getByte(buffer));
    }
  }
}
