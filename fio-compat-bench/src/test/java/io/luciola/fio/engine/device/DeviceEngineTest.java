package io.luciola.fio.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.Jobs;
import io.luciola.fio.run.Clock;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.run.RunListener;
import io.luciola.fio.run.Runner;
import io.luciola.fio.stats.JobStats;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeviceEngineTest {

  private static final int DISK_BYTES = 8 << 20;

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void makeDisk() {
    disk = folder.resolve("disk");
    UringDevice.create(disk, DISK_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uring:%s", "memory:8MiB"})
  void whatWasWrittenIsFoundAgain(String device) throws Exception {
    JobStats stats =
        run(device.formatted(disk), "rw=randwrite", "verify=crc32c", "destroy_data=1", "fsync=64");
    assertEquals(0, stats.error, () -> stats.errorMessage);
    assertEquals(DISK_BYTES / 4096, stats.of(Direction.WRITE).ios);
    assertEquals(DISK_BYTES / 4096, stats.of(Direction.READ).ios);
  }

  @Test
  void withoutASizeTheWholeDeviceIsRead() throws Exception {
    JobStats stats = run("uring:" + disk, "rw=read", "bs=64k");
    assertEquals(0, stats.error, () -> stats.errorMessage);
    assertEquals(DISK_BYTES, stats.of(Direction.READ).bytes);
  }

  @Test
  void freedPartsAreTrimmed() throws Exception {
    JobStats stats = run("uring:" + disk, "rw=trim", "bs=1m", "destroy_data=1");
    assertEquals(0, stats.error, () -> stats.errorMessage);
    assertEquals(DISK_BYTES >> 20, stats.of(Direction.TRIM).ios);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw=write", "rw=randrw", "rw=trim", "rw=write;destroy_data=0"})
  void dataIsNotDestroyedUnasked(String options) {
    JobException refused =
        assertThrows(JobException.class, () -> run("uring:" + disk, options.split(";")));
    assertTrue(refused.getMessage().contains("destroy_data=1"), refused.getMessage());
  }

  @Test
  void nothingLiesBehindTheEnd() throws Exception {
    JobStats stats = run("uring:" + disk, "rw=read", "size=16m");
    assertEquals(Errno.ENOSPC, stats.error, () -> stats.errorMessage);
    assertTrue(stats.errorMessage.contains("make offset and size smaller"), stats.errorMessage);
  }

  @Test
  void aBlockSizeThatTheDeviceCannotIsAnError() throws Exception {
    JobStats stats = run("memory:8MiB", "rw=read", "bs=512", "size=1m");
    assertEquals(Errno.EINVAL, stats.error, () -> stats.errorMessage);
  }

  private static JobStats run(String device, String... options) throws Exception {
    String text =
        "[x]\nioengine=device\ndevice=%s\niodepth=8\n%s\n"
            .formatted(device, String.join("\n", options));
    List<JobThread> threads =
        new Runner(IoEngines.installed(), Clock.SYSTEM, NOBODY).run(Jobs.of(text));
    return threads.getFirst().stats();
  }

  private static final RunListener NOBODY =
      new RunListener() {
        @Override
        public void onStart(List<JobThread> threads) {}

        @Override
        public void onEnd(List<JobThread> threads) {}
      };
}
