package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.job.JobSpec;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The measured part of a job: keeps the queue at its depth, at its pace, until all is done. */
final class IoLoop {

  /** I/Os between two looks at the clock; a job that times each knows the time in between, too. */
  private static final int STEP = 32;

  private final JobSpec job;
  private final Flight flight;
  private final Recorder recorder;
  private final Workload workload;
  private final Pacer pacer;
  private final Clock clock;
  private final BooleanSupplier stopped;
  private final @Nullable WrittenBlocks written;
  private final long targetBytes;

  private long beganNs;
  private long measuredFromNs;
  private boolean ramping;
  private long issuedBytes;
  private long issuedIos;
  private long writesSinceSync;
  private long writesSinceDataSync;
  private int iosSinceThinking;
  private int iosUntilLook;

  IoLoop(
      JobSpec job,
      List<FileRegion> files,
      Flight flight,
      Recorder recorder,
      Clock clock,
      BooleanSupplier stopped,
      @Nullable WrittenBlocks written) {
    this.job = job;
    this.flight = flight;
    this.recorder = recorder;
    this.clock = clock;
    this.stopped = stopped;
    this.written = written;
    this.workload = new Workload(job, files);
    this.pacer = new Pacer(job);
    this.targetBytes = targetBytes(job, files);
  }

  /** How much a job transfers in all, unless its time is over before. */
  static long targetBytes(JobSpec job, List<FileRegion> files) {
    long pass = Workload.passBytes(job, files);
    long perLoop = job.files().ioSize().isGiven() ? job.files().ioSize().of(pass) : pass;
    return perLoop * job.timing().loops();
  }

  /** Runs to the end and waits for everything in flight. */
  void run() {
    beganNs = clock.nanoTime();
    ramping = job.timing().rampNs() > 0;
    beginMeasuring(beganNs);
    while (!isOver()) {
      Direction direction = nextDirection();
      if (direction == null) {
        continue;
      }
      issue(direction);
      syncWhereDue();
      if (!flight.hasRoom()) {
        makeRoom();
      }
      if (job.pace().thinkNs() > 0 && ++iosSinceThinking >= job.pace().thinkBlocks()) {
        think();
      }
    }
    flight.drain();
    long durationNs = clock.nanoTime() - measuredFromNs;
    for (Direction direction : Direction.ALL) {
      if (job.access().has(direction)) {
        recorder.addRuntime(direction, durationNs);
      }
    }
  }

  private void beginMeasuring(long nowNs) {
    measuredFromNs = nowNs;
    recorder.begin(nowNs);
  }

  private boolean isOver() {
    if (flight.failed() || stopped.getAsBoolean()) {
      return true;
    }
    JobSpec.Timing timing = job.timing();
    if ((ramping || timing.runtimeNs() > 0) && isTimeOver()) {
      return true;
    }
    if (ramping) {
      return false;
    }
    if (timing.numberIos() > 0 && issuedIos >= timing.numberIos()) {
      return true;
    }
    return !timing.timeBased() && issuedBytes >= targetBytes;
  }

  /** Ends the ramp when that is due; whether the measured time is over, as far as it is known. */
  private boolean isTimeOver() {
    long nowNs;
    if (--iosUntilLook <= 0) {
      iosUntilLook = STEP;
      nowNs = clock.nanoTime();
    } else if (job.reporting().timed()) {
      // Reading the clock is a good part of a fast I/O, and the last one has just done it.
      nowNs = flight.clockNs();
    } else {
      return false;
    }
    JobSpec.Timing timing = job.timing();
    if (ramping && nowNs - beganNs >= timing.rampNs()) {
      ramping = false;
      issuedBytes = 0;
      issuedIos = 0;
      beginMeasuring(nowNs);
    }
    return !ramping && timing.runtimeNs() > 0 && nowNs - measuredFromNs >= timing.runtimeNs();
  }

  /** The direction of the next I/O, or null when it is not time for one yet. */
  private @Nullable Direction nextDirection() {
    Direction wanted = workload.chooseDirection();
    if (!pacer.limits(wanted)) {
      return wanted;
    }
    long elapsedNs = clock.nanoTime() - beganNs;
    if (pacer.dueNs(wanted) <= elapsedNs) {
      return wanted;
    }
    long dueNs = pacer.dueNs(wanted);
    if (job.access().reads() && job.access().writes()) {
      Direction other = wanted == Direction.READ ? Direction.WRITE : Direction.READ;
      if (pacer.limits(other) && pacer.dueNs(other) <= elapsedNs) {
        return other;
      }
      dueNs = pacer.limits(other) ? Math.min(dueNs, pacer.dueNs(other)) : dueNs;
    }
    pause(dueNs - elapsedNs);
    return null;
  }

  private void pause(long durationNs) {
    iosUntilLook = 0;
    long bounded = Math.min(durationNs, 50_000_000);
    if (flight.inFlight() > 0) {
      flight.reap(1, flight.inFlight(), bounded);
    } else {
      clock.sleep(bounded);
    }
  }

  private void issue(Direction direction) {
    workload.choose(direction);
    if (written != null && direction == Direction.WRITE) {
      written.add(workload.file, workload.offsetBytes);
    }
    flight.issue(direction, workload.file, workload.offsetBytes, workload.lengthBytes);
    pacer.onIssue(direction);
    issuedBytes += workload.lengthBytes;
    issuedIos++;
    if (direction == Direction.WRITE) {
      writesSinceSync++;
      writesSinceDataSync++;
    }
  }

  private void syncWhereDue() {
    JobSpec.Durability durability = job.durability();
    if (durability.syncEvery() > 0 && writesSinceSync >= durability.syncEvery()) {
      writesSinceSync = 0;
      sync(false);
    }
    if (durability.dataSyncEvery() > 0 && writesSinceDataSync >= durability.dataSyncEvery()) {
      writesSinceDataSync = 0;
      sync(true);
    }
  }

  private void sync(boolean dataOnly) {
    while (!flight.hasRoom()) {
      flight.reap(1, 1, Long.MAX_VALUE);
    }
    flight.issueSync(workload.file, dataOnly);
  }

  /** The queue is full: takes completions until it has fallen to the depth wanted. */
  private void makeRoom() {
    JobSpec.Depth depth = job.depth();
    int floor = Math.min(depth.low(), flight.inFlight() - 1);
    do {
      flight.reap(Math.max(1, depth.completeMin()), depth.completeMax(), Long.MAX_VALUE);
    } while (flight.inFlight() > floor);
  }

  private void think() {
    iosSinceThinking = 0;
    iosUntilLook = 0;
    flight.drain();
    long fromNs = clock.nanoTime();
    while (clock.nanoTime() - fromNs < job.pace().thinkSpinNs()) {
      Thread.onSpinWait();
    }
    long restNs = job.pace().thinkNs() - (clock.nanoTime() - fromNs);
    while (restNs > 0 && !stopped.getAsBoolean()) {
      clock.sleep(Math.min(restNs, 50_000_000));
      restNs = job.pace().thinkNs() - (clock.nanoTime() - fromNs);
    }
  }
}
