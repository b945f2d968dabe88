package io.luciola.fio.run;

import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobException;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.run.LiveCounters.Phase;
import io.luciola.fio.stats.JobStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** One job's life on its own thread: open, wait for the others, run, read back, sync, close. */
public final class JobThread {

  private final JobSpec job;
  private final IoEngine engine;
  private final List<FileRegion> files;
  private final Clock clock;
  private final BooleanSupplier stopped;
  private final CountDownLatch ready;
  private final CountDownLatch start;
  private final Thread thread;
  private final LiveCounters live = new LiveCounters();
  private final JobStats stats;

  JobThread(
      JobSpec job,
      IoEngine engine,
      List<FileRegion> files,
      Clock clock,
      BooleanSupplier stopped,
      CountDownLatch ready,
      CountDownLatch start) {
    this.job = job;
    this.engine = engine;
    this.files = files;
    this.clock = clock;
    this.stopped = stopped;
    this.ready = ready;
    this.start = start;
    this.stats = new JobStats(job.reporting());
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("fio-" + job.name() + "-" + job.threadNumber())
            .unstarted(this::run);
  }

  /** The job. */
  public JobSpec job() {
    return job;
  }

  /** What it is doing now; for any thread. */
  public LiveCounters live() {
    return live;
  }

  /** What was counted; only after {@link #join}. */
  public JobStats stats() {
    return stats;
  }

  void begin() {
    thread.start();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  private void run() {
    try {
      live.enter(Phase.PREPARING);
      try (IoChannel channel = engine.open(job, files);
          Recorder recorder = new Recorder(job, channel.inline(), live, stats)) {
        Flight flight = new Flight(job, files, channel, recorder, clock);
        ready.countDown();
        start.await();
        delay();
        measure(flight, recorder);
      }
    } catch (EngineException failed) {
      stats.fail(failed.errno(), failed.getMessage());
    } catch (JobException wrong) {
      stats.fail(Errno.EINVAL, wrong.getMessage());
    } catch (IOException | UncheckedIOException failed) {
      stats.fail(Errno.EIO, "writing a log: " + failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stats.fail(Errno.EINTR, "interrupted before the start");
    } catch (RuntimeException | Error fault) {
      stats.fail(Errno.EIO, "the engine failed: " + fault);
      throw fault;
    } finally {
      live.enter(Phase.DONE);
      ready.countDown();
    }
  }

  private void delay() {
    long fromNs = clock.nanoTime();
    long restNs = job.timing().startDelayNs();
    while (restNs > 0 && !stopped.getAsBoolean()) {
      clock.sleep(Math.min(restNs, 50_000_000));
      restNs = job.timing().startDelayNs() - (clock.nanoTime() - fromNs);
    }
  }

  private void measure(Flight flight, Recorder recorder) {
    long fromNs = clock.nanoTime();
    stats.startedMs = System.currentTimeMillis();
    live.begin(fromNs, IoLoop.targetBytes(job, files));
    live.enter(job.timing().rampNs() > 0 ? Phase.RAMP : Phase.RUNNING);
    boolean verify = job.content().verify();
    WrittenBlocks written =
        verify && job.content().readBack() && job.access().writes()
            ? new WrittenBlocks(files, job.access().writeBytes())
            : null;
    flight.checkReads(verify && !job.access().writes());
    new IoLoop(job, files, flight, recorder, clock, stopped, written).run();
    if (job.durability().syncAtEnd() && job.access().writes() && !flight.failed()) {
      live.enter(Phase.FINISHING);
      for (int file = 0; file < files.size(); file++) {
        flight.issueSync(file, false);
        flight.drain();
      }
    }
    if (written != null && !flight.failed()) {
      live.enter(Phase.VERIFYING);
      readBack(written, flight, recorder);
    }
    recorder.end(clock.nanoTime());
  }

  private void readBack(WrittenBlocks written, Flight flight, Recorder recorder) {
    long fromNs = clock.nanoTime();
    flight.checkReads(true);
    while (!flight.failed() && !stopped.getAsBoolean() && written.next()) {
      flight.issue(Direction.READ, written.file(), written.offsetBytes(), written.lengthBytes());
      while (!flight.hasRoom()) {
        // May return early: on a busy machine nothing may have ended yet.
        flight.reap(1, flight.inFlight(), Long.MAX_VALUE);
      }
    }
    flight.drain();
    recorder.addRuntime(Direction.READ, clock.nanoTime() - fromNs);
  }
}
