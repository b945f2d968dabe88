package io.luciola.cluster.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDirectoryTest {

  @TempDir private Path path;

  @Test
  void aProcessIdThatOutlivedItsProcessIsNobody() throws IOException {
    ClusterDirectory directory = new ClusterDirectory(path);
    // A java process that lives, and serves nothing here.
    writePid(ProcessHandle.current().pid());
    assertEquals(OptionalLong.empty(), directory.runningPid());
    directory.tryLock().orElseThrow().close();
    assertEquals(OptionalLong.empty(), directory.runningPid());
  }

  @Test
  void theProcessThatHoldsTheLockServes() throws IOException {
    ClusterDirectory directory = new ClusterDirectory(path);
    try (ClusterLock _ = directory.tryLock().orElseThrow()) {
      assertEquals(OptionalLong.empty(), directory.runningPid(), "it does not serve yet");
      writePid(4711);
      assertEquals(OptionalLong.of(4711), directory.runningPid());
      assertEquals(Optional.empty(), directory.tryLock());
    }
    assertEquals(OptionalLong.empty(), directory.runningPid());
    try (ClusterLock again = directory.tryLock().orElseThrow()) {
      assertTrue(Files.exists(path.resolve("cluster.lock")), again::toString);
    }
  }

  private void writePid(long pid) throws IOException {
    Files.writeString(new ClusterDirectory(path).pidFile(), Long.toString(pid));
  }
}
