package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new cluster must not take what an earlier one has left on a disk for its own. */
class OtherClustersDiskTest {

  @TempDir Path directory;

  @Test
  void aDiskWithTargetsIsRefusedByAClusterThatHasNone() throws Exception {
    try (MgmtdServer first = mgmtd("first");
        StorageService _ = StorageService.start(config(first))) {
      assertEquals(2, targets(first));
    }
    try (MgmtdServer first = mgmtd("first");
        StorageService _ = StorageService.start(config(first))) {
      assertEquals(2, targets(first), "its own cluster takes it");
    }
    try (MgmtdServer second = mgmtd("second")) {
      StorageConfig config = config(second);
      StatusRuntimeException refused =
          assertThrows(StatusRuntimeException.class, () -> StorageService.start(config));
      assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
      String reason = String.valueOf(refused.getStatus().getDescription());
      assertTrue(reason.contains("of node 1 has 2 targets, and this cluster has none yet"), reason);
      assertEquals(0, targets(second));
    }
  }

  private MgmtdServer mgmtd(String name) throws Exception {
    return MgmtdServer.start(
        MgmtdConfig.embedded(
            new HostPort("127.0.0.1", 0),
            directory.resolve(name),
            new PlacementConfig(1, 1, 2, 1)));
  }

  private StorageConfig config(MgmtdServer mgmtd) {
    return new StorageConfig(
        1,
        new HostPort("127.0.0.1", 0),
        List.of(mgmtd.address()),
        List.of("uring:" + directory.resolve("disk")),
        "64MiB",
        true,
        null,
        null,
        null,
        null);
  }

  private static int targets(MgmtdServer mgmtd) {
    try (MgmtdClient client = new MgmtdClient(new ClusterSpec(List.of(mgmtd.address())))) {
      return client.status(Duration.ofSeconds(5)).getRouting().getTargetsCount();
    }
  }
}
