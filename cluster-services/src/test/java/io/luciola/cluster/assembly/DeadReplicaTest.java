package io.luciola.cluster.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.proto.Inode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real processes, one per service; one of the three storage nodes dies. */
class DeadReplicaTest {

  private static final int CHUNKS = 8;
  private static final long DEADLINE_NS = 2_000_000_000L;
  // What a loaded machine may add before the answer is seen.
  private static final long SLACK_NS = 8_000_000_000L;

  @TempDir Path directory;

  private final ListAppender<ILoggingEvent> clientEvents = new ListAppender<>();

  @BeforeEach
  void listenToTheClientsLog() {
    clientEvents.start();
    clientLogger().addAppender(clientEvents);
  }

  @AfterEach
  void stopListening() {
    clientLogger().detachAppender(clientEvents);
  }

  private static Logger clientLogger() {
    return (Logger) LoggerFactory.getLogger(DataPath.class.getPackageName());
  }

  private String clientLog() {
    return clientEvents.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .collect(Collectors.joining("\n", "\n", "\n"));
  }

  @Test
  void aWriteFailsWithinItsDeadlineAndTheLogNamesNodeAndChainUntilTheReplicaIsBack()
      throws Exception {
    try (ServiceProcesses cluster = new ServiceProcesses(directory, 3, 1, "192MiB")) {
      cluster.startAll();
      ClientOptions options =
          new ClientOptions(
              cluster.spec(),
              Duration.ofSeconds(10),
              DataPathOptions.DEFAULTS.withDeadlineNs(DEADLINE_NS),
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
            new FileLayout(
                file.getLayout().getChunkSizeBytes(),
                file.getLayout().getChainIdsList().stream().mapToInt(Integer::intValue).toArray());
        long buffer = Memory.allocate(4096);
        try {
          writeEveryChain(data, layout, file, buffer, 1);

          cluster.kill("storage-2");
          long startNs = System.nanoTime();
          Memory.fill(buffer, 4096, (byte) 2);
          assertEquals(-Errno.EIO, data.writeNow(layout, file.getId(), 0, 4096, buffer));
          assertTrue(System.nanoTime() - startNs < DEADLINE_NS + SLACK_NS, "hung");
          // The client's log when the head is dead, the predecessor's when another replica is.
          String logs = cluster.logs() + clientLog();
          String chain = "chain " + layout.chainOf(0);
          assertTrue(
              logs.lines().anyMatch(line -> line.contains(chain) && line.contains("node 2 (")),
              () -> "no log names " + chain + " and node 2:\n" + logs);

          assertEquals(4096, data.readNow(layout, file.getId(), 1 << 20, 4096, buffer));
          assertEquals(1, Memory.getByte(buffer), "reads go on from the replicas that are left");

          cluster.startStorage(2);
          writeEveryChain(data, layout, file, buffer, 3);
        } finally {
          Memory.free(buffer, 4096);
        }
      }
    }
  }

  private static void writeEveryChain(
      DataPath data, FileLayout layout, Inode file, long buffer, int value) {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      long offset = (long) chunk * layout.chunkSizeBytes();
      Memory.fill(buffer, 4096, (byte) value);
      assertEquals(4096, writeUntilServed(data, layout, file, offset, buffer));
      Memory.fill(buffer, 4096, (byte) 0);
      assertEquals(4096, data.readNow(layout, file.getId(), offset, 4096, buffer));
      assertEquals(value, Memory.getByte(buffer));
    }
  }

  /**
   * A node that has just come back may take more than one deadline until its peers have
   * reconnected.
   */
  private static int writeUntilServed(
      DataPath data, FileLayout layout, Inode file, long offset, long buffer) {
    int result = data.writeNow(layout, file.getId(), offset, 4096, buffer);
    for (int i = 0; i < 3 && result == -Errno.EIO; i++) {
      result = data.writeNow(layout, file.getId(), offset, 4096, buffer);
    }
    return result;
  }
}
