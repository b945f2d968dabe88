package io.luciola.fio.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.assembly.ClusterPlan;
import io.luciola.cluster.assembly.LocalCluster;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.meta.proto.Inode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterJobTest {

  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void jobsWriteAndVerifyAFileThatGrows() throws Exception {
    int port;
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    HostPort mgmtd = new HostPort("127.0.0.1", port);
    ClusterPlan plan = new ClusterPlan(mgmtd, 3, 1, "192MiB", 3, 2, true);
    try (LocalCluster cluster = LocalCluster.start(plan.configFor(directory));
        LuciolaClient client = LuciolaClient.connect(ClientOptions.of(cluster.spec()))) {
      String where = "--cluster=" + cluster.spec();
      assertDone(
          Outcome.of(
              "--name=job",
              "--ioengine=cluster",
              where,
              "--filename=/grown",
              "--rw=write",
              "--bs=256k",
              "--size=9m",
              "--iodepth=8",
              "--verify=crc32c",
              "--verify_fatal=1",
              "--output-format=json"));
      Inode file =
          client.namespace().lookup(Namespace.ROOT_INODE, ByteString.copyFromUtf8("grown"));
      assertEquals(9 * MIB, file.getLengthBytes());
      FileLayout layout = LayoutMessages.layoutOf(file);
      assertTrue(layout.endBytes() >= 9 * MIB, layout.toString());
      assertTrue(layout.segmentCount() > 2, layout.toString());

      // Laid out first, since it is read.
      assertDone(
          Outcome.of(
              "--name=job",
              "--ioengine=cluster",
              where,
              "--filename=/laid-out",
              "--rw=randrw",
              "--bs=64k",
              "--size=5m",
              "--iodepth=4",
              "--output-format=json"));
      assertEquals(
          5 * MIB,
          client
              .namespace()
              .lookup(Namespace.ROOT_INODE, ByteString.copyFromUtf8("laid-out"))
              .getLengthBytes());
    }
  }

  private static void assertDone(Outcome outcome) throws Exception {
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertEquals(0, outcome.json().at("/jobs/0/error").asInt(), outcome.out());
    assertTrue(outcome.json().at("/jobs/0/write/total_ios").asLong() > 0, outcome.out());
  }
}
