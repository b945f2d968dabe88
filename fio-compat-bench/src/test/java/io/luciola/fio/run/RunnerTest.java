package io.luciola.fio.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.Jobs;
import io.luciola.fio.stats.JobStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerTest {

  private static final RunListener NOBODY =
      new RunListener() {
        @Override
        public void onStart(List<JobThread> threads) {}

        @Override
        public void onEnd(List<JobThread> threads) {}
      };

  private static JobStats run(Clock clock, String options) throws Exception {
    List<JobSpec> jobs = Jobs.of("[x]\nioengine=null\nsize=4m\n" + options + "\n");
    return new Runner(IoEngines.installed(), clock, NOBODY).run(jobs).getFirst().stats();
  }

  private static void assertNear(long expected, long actual, long slack) {
    assertTrue(
        Math.abs(expected - actual) <= slack,
        "expected " + expected + " plus or minus " + slack + ", is " + actual);
  }

  @Test
  void aJobTransfersItsSizeAndNoMore() throws Exception {
    JobStats stats = run(Clock.SYSTEM, "rw=randread\niodepth=8");
    assertEquals(1024, stats.of(Direction.READ).ios);
    assertEquals(4 << 20, stats.of(Direction.READ).bytes);
    assertEquals(0, stats.of(Direction.WRITE).ios);
    assertEquals(1024, stats.of(Direction.READ).clat.stat().count());
  }

  @ParameterizedTest
  @CsvSource({"io_size=1m, 256", "io_size=8m, 2048", "loops=3, 3072", "number_ios=10, 10"})
  void howMuchIsDoneCanBeChanged(String option, long ios) throws Exception {
    assertEquals(ios, run(Clock.SYSTEM, option).of(Direction.READ).ios);
  }

  @Test
  void theQueueIsKeptAtItsDepth() throws Exception {
    JobStats stats = run(Clock.SYSTEM, "rw=randread\niodepth=32");
    int last = stats.depth.labels().indexOf("32");
    assertTrue(stats.depth.percent(last, 0) > 95, "at depth 32: " + stats.depth.percent(last, 0));
    assertEquals(1024, stats.depth.total());
  }

  @Test
  void batchesAreSubmittedAndReapedAsAsked() throws Exception {
    JobStats stats =
        run(Clock.SYSTEM, "iodepth=16\niodepth_batch=16\niodepth_batch_complete_min=16");
    int sixteen = stats.submitted.labels().indexOf("16");
    assertEquals(100.0, stats.submitted.percent(sixteen, 0));
    assertEquals(64, stats.submitted.total());
    assertEquals(100.0, stats.reaped.percent(sixteen, 0));
  }

  @ParameterizedTest
  @CsvSource({"1000, 100", "250, 25"})
  void rateIopsHoldsOnAverage(int perSecond, int inTenthOfASecond) throws Exception {
    JobStats stats =
        run(new FakeClock(100), "rate_iops=" + perSecond + "\ntime_based\nruntime=100ms");
    assertNear(inTenthOfASecond, stats.of(Direction.READ).ios, 2);
  }

  @Test
  void rateLimitsEachDirectionByItself() throws Exception {
    JobStats stats = run(new FakeClock(100), "rw=rw\nrate=4m,1m\ntime_based\nruntime=500ms");
    assertNear(512, stats.of(Direction.READ).ios, 4);
    assertNear(128, stats.of(Direction.WRITE).ios, 4);
  }

  @Test
  void thinkTimePassesAfterEachBlocks() throws Exception {
    FakeClock clock = new FakeClock(1);
    long fromNs = clock.nanoTime();
    run(clock, "number_ios=20\nthinktime=1ms\nthinktime_blocks=4");
    double tookMs = (clock.nanoTime() - fromNs) / 1e6;
    assertEquals(5, tookMs, 0.5);
  }

  @Test
  void timeBasedJobsGoOnUntilTheirTimeIsOverAndTheRampIsNotCounted() throws Exception {
    JobStats stats = run(new FakeClock(10_000), "time_based\nruntime=1\nramp_time=1\nsize=64k");
    double seconds = stats.of(Direction.READ).runtimeNs / 1e9;
    assertEquals(1.0, seconds, 0.01);
    assertEquals(1.0, stats.runtimeNs / 1e9, 0.01, "the ramp counts neither in the job's runtime");
    assertTrue(stats.of(Direction.READ).ios > 16, "more than one pass");
  }

  @Test
  void bandwidthIsSampledEveryHalfSecond() throws Exception {
    JobStats stats = run(new FakeClock(10_000), "time_based\nruntime=3");
    assertNear(5, stats.of(Direction.READ).bandwidth.count(), 1);
    assertNear(5, stats.of(Direction.READ).iops.count(), 1);
  }

  @Test
  void aWriteIsSyncedAfterAsManyAsAsked() throws Exception {
    JobStats stats = run(Clock.SYSTEM, "rw=write\nfsync=100\niodepth=4\nend_fsync=1");
    assertEquals(1024 / 100 + 1, stats.sync.stat().count());
  }

  @Test
  void aStonewallWaitsForTheJobsBefore() throws Exception {
    List<String> events = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void onStart(List<JobThread> threads) {
            threads.forEach(thread -> events.add("+" + thread.job().name()));
          }

          @Override
          public void onEnd(List<JobThread> threads) {
            threads.forEach(thread -> events.add("-" + thread.job().name()));
          }
        };
    List<JobSpec> jobs =
        Jobs.of("[global]\nioengine=null\nsize=1m\n[a]\n[b]\n[c]\nstonewall\n[d]\nstonewall\n");
    new Runner(IoEngines.installed(), Clock.SYSTEM, listener).run(jobs);
    assertEquals(List.of("+a", "+b", "-a", "-b", "+c", "-c", "+d", "-d"), events);
  }

  @Test
  void stoppingKeepsTheResultsSoFar() throws Exception {
    List<JobSpec> jobs =
        Jobs.of("[x]\nioengine=null\nsize=1m\ntime_based\nruntime=1h\nrate_iops=1000\n");
    Runner[] runner = new Runner[1];
    RunListener stopper =
        new RunListener() {
          @Override
          public void onStart(List<JobThread> threads) {
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (threads.getFirst().live().ios(Direction.READ) < 5) {
                        Clock.SYSTEM.sleep(1_000_000);
                      }
                      runner[0].stop();
                    });
          }

          @Override
          public void onEnd(List<JobThread> threads) {}
        };
    runner[0] = new Runner(IoEngines.installed(), Clock.SYSTEM, stopper);
    JobStats stats = runner[0].run(jobs).getFirst().stats();
    assertTrue(stats.of(Direction.READ).ios >= 5, "has " + stats.of(Direction.READ).ios);
    assertEquals(0, stats.error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ioengine=nope | engine nope not loadable; there are: "
            + "blockstore, chunkfile, cluster, device, null, posix",
        "ioengine=null;device=memory:1MiB | it belongs to blockstore",
        "ioengine=blockstore | needs device=",
        "ioengine=blockstore;device=floppy:a | names no device",
        "ioengine=blockstore;device=memory:64MiB;bs=3k | must divide chunk_size",
        "ioengine=blockstore;device=uring:/d;numjobs=2 | needs threading=dedicated or",
        "ioengine=blockstore;device=uring:/d;threading=own | must be dedicated, shared or invoker",
        "ioengine=blockstore;device=uring:/d;idle=block | goes with threading=dedicated or",
        "ioengine=blockstore;device=uring:/d;threading=shared;idle=nap | idle must be busy-spin",
        "ioengine=blockstore;device=uring:/d;threading=shared;scrub_rate=1m | goes with"
            + " threading=invoker only",
        "ioengine=blockstore;device=uring:/d;scrub_rate=-1 | scrub_rate",
        "ioengine=cluster | needs cluster=",
        "ioengine=null | you need to specify size=",
        "ioengine=null;size=1k | less than one block"
      })
  void aJobThatCannotRunIsRefused(String options, String expected) {
    List<JobSpec> jobs = Jobs.of("[x]\n" + options.replace(';', '\n') + "\n");
    Runner runner = new Runner(IoEngines.installed(), Clock.SYSTEM, NOBODY);
    JobException thrown = assertThrows(JobException.class, () -> runner.run(jobs), options);
    assertTrue(
        thrown.getMessage().toLowerCase(Locale.ROOT).contains(expected.toLowerCase(Locale.ROOT)),
        thrown.getMessage());
  }
}
