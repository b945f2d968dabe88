package io.luciola.fio.engine.blockstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.Jobs;
import io.luciola.fio.run.Clock;
import io.luciola.fio.run.JobThread;
import io.luciola.fio.run.RunListener;
import io.luciola.fio.run.Runner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several jobs on one engine, which runs on another thread. */
@Timeout(120)
class SharedEngineTest {

  private static final RunListener NOBODY =
      new RunListener() {
        @Override
        public void onStart(List<JobThread> threads) {}

        @Override
        public void onEnd(List<JobThread> threads) {}
      };

  @TempDir private Path folder;

  private Path disk(String name) {
    Path file = folder.resolve(name);
    UringDevice.create(file, 64 << 20);
    return file;
  }

  private static List<JobThread> run(String jobFile) throws Exception {
    return new Runner(IoEngines.installed(), Clock.SYSTEM, NOBODY).run(Jobs.of(jobFile));
  }

  @ParameterizedTest
  @CsvSource({
    "dedicated, block",
    "dedicated, yield",
    "dedicated, backoff",
    "shared, block",
    "shared, yield"
  })
  void jobsShareADeviceAndFindWhatTheyWrote(String threading, String idle) throws Exception {
    Path a = disk("a");
    List<JobThread> threads =
        run(
            """
            [global]
            ioengine=blockstore
            threading=%s
            idle=%s
            chunk_size=64k
            size=1m
            iodepth=8
            verify=crc32c
            [a]
            device=uring:%s
            rw=randwrite
            numjobs=3
            [b]
            device=uring:%s
            rw=randwrite
            numjobs=2
            [again]
            stonewall
            device=uring:%s
            rw=randrw
            numjobs=2
            """
                .formatted(threading, idle, a, disk("b"), a));
    assertEquals(7, threads.size());
    for (JobThread thread : threads) {
      assertEquals(
          0, thread.stats().error, () -> thread.job().name() + ": " + thread.stats().errorMessage);
    }
    for (JobThread thread : threads.subList(0, 5)) {
      assertEquals(256, thread.stats().of(Direction.WRITE).ios);
    }
  }

  @Test
  void jobsMayReadTheSameFileButNotWriteIt() throws Exception {
    String jobs =
        """
        [x]
        ioengine=blockstore
        threading=dedicated
        device=uring:%s
        chunk_size=64k
        filename=one
        size=1m
        numjobs=2
        rw=%s
        """;
    Path disk = disk("a");
    for (JobThread thread : run(jobs.formatted(disk, "randread"))) {
      assertEquals(0, thread.stats().error);
      assertEquals(256, thread.stats().of(Direction.READ).ios);
    }
    JobException refused =
        assertThrows(JobException.class, () -> run(jobs.formatted(disk, "randwrite")));
    assertTrue(refused.getMessage().contains("must write different files"), refused.getMessage());
  }

  @Test
  void aDeviceThatDoesNotOpenFailsItsJobs() throws Exception {
    Path file = folder.resolve("foreign");
    Files.write(file, new byte[] {1, 2, 3});
    List<JobThread> threads =
        run(
            "[x]\nioengine=blockstore\nthreading=dedicated\ndevice=uring:"
                + file
                + "\nsize=1m\nnumjobs=2\n");
    for (JobThread thread : threads) {
      assertTrue(thread.stats().error > 0, "errno " + thread.stats().error);
    }
  }
}
