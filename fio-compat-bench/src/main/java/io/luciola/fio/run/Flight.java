package io.luciola.fio.run;

import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.job.JobSpec;
import java.util.List;

/** A thread's I/Os in flight: issues them, reaps them, checks and counts what came back. */
final class Flight implements IoChannel.Completion {

  private static final long LONGEST_WAIT_NS = 100_000_000;

  private final JobSpec job;
  private final List<FileRegion> files;
  private final IoChannel channel;
  private final Recorder recorder;
  private final Clock clock;
  private final boolean timed;
  private final Buffers buffers;
  private final Slots slots;
  private final Verification verification = new Verification();
  private final int[] unpushed;
  private int unpushedCount;
  private long reapedNs;
  private long clockNs;
  private long writes;
  private boolean checking;
  private boolean failed;

  Flight(JobSpec job, List<FileRegion> files, IoChannel channel, Recorder recorder, Clock clock) {
    this.job = job;
    this.files = files;
    this.channel = channel;
    this.recorder = recorder;
    this.clock = clock;
    this.timed = job.reporting().timed();
    this.buffers = new Buffers(job, channel);
    this.slots = new Slots(job.depth().depth());
    this.unpushed = new int[job.depth().depth()];
  }

  /** Whether an I/O failed so that the job must end. */
  boolean failed() {
    return failed;
  }

  /** Whether one more may be issued; an inline channel does one at a time. */
  boolean hasRoom() {
    return channel.inline() ? slots.inFlight() == 0 : slots.hasFree();
  }

  int inFlight() {
    return slots.inFlight();
  }

  /** From now on, blocks that are read must be those written by a verifying job. */
  void checkReads(boolean check) {
    checking = check;
  }

  /** Issues one I/O; there must be room. */
  void issue(Direction direction, int file, long offsetBytes, int lengthBytes) {
    int slot = slots.take();
    long address = buffers.at(slot);
    if (direction == Direction.WRITE) {
      buffers.prepareWrite(slot, lengthBytes);
      if (job.content().verify()) {
        verification.stamp(address, offsetBytes, lengthBytes, writes);
      }
      writes++;
    }
    slots.kinds[slot] = (byte) direction.index();
    slots.files[slot] = file;
    slots.offsets[slot] = offsetBytes;
    slots.lengths[slot] = lengthBytes;
    recorder.stats.depth.add(slots.inFlight());
    long startedNs = now();
    slots.startedNs[slot] = startedNs;
    slots.issuedNs[slot] = startedNs;
    while (channel.submit(direction, file, offsetBytes, lengthBytes, address, slot)
        == IoChannel.FULL) {
      reap(1, 1, LONGEST_WAIT_NS);
    }
    onQueued(slot);
  }

  /** Issues a sync of a file; there must be room. */
  void issueSync(int file, boolean dataOnly) {
    int slot = slots.take();
    slots.kinds[slot] = Slots.SYNC;
    slots.files[slot] = file;
    slots.startedNs[slot] = now();
    while (channel.sync(file, dataOnly, slot) == IoChannel.FULL) {
      reap(1, 1, LONGEST_WAIT_NS);
    }
    onQueued(slot);
  }

  /** What the clock said when an I/O was last timed. */
  long clockNs() {
    return clockNs;
  }

  private long now() {
    if (timed) {
      clockNs = clock.nanoTime();
    }
    return clockNs;
  }

  private void onQueued(int slot) {
    if (channel.inline()) {
      recorder.stats.submitted.add(1);
      return;
    }
    unpushed[unpushedCount++] = slot;
    if (unpushedCount >= job.depth().submitBatch()) {
      push();
    }
  }

  /** Sends off what was queued. */
  void push() {
    if (unpushedCount == 0) {
      return;
    }
    channel.push();
    long issuedNs = now();
    recorder.stats.submitted.add(unpushedCount);
    for (int i = 0; i < unpushedCount; i++) {
      slots.issuedNs[unpushed[i]] = issuedNs;
    }
    unpushedCount = 0;
  }

  /** Takes up to {@code limit} completions, waiting for {@code atLeast} of them or for the time. */
  int reap(int atLeast, int limit, long timeoutNs) {
    push();
    reapedNs = 0;
    int reaped =
        atLeast == 0
            ? channel.poll(this, limit)
            : channel.await(this, atLeast, limit, Math.min(timeoutNs, LONGEST_WAIT_NS));
    if (reaped > 0 || atLeast == 0) {
      recorder.stats.reaped.add(reaped);
    }
    return reaped;
  }

  /** Waits for everything in flight. */
  void drain() {
    while (slots.inFlight() > 0) {
      reap(slots.inFlight(), slots.inFlight(), LONGEST_WAIT_NS);
    }
  }

  @Override
  public void onCompletion(long tag, int result) {
    if (reapedNs == 0) {
      reapedNs = now();
    }
    int slot = (int) tag;
    if (slots.kinds[slot] == Slots.SYNC) {
      onSync(slot, result);
    } else {
      onIo(slot, Direction.ALL.get(slots.kinds[slot]), result);
    }
    slots.give(slot);
  }

  private void onSync(int slot, int result) {
    recorder.onSync(slots.startedNs[slot], reapedNs);
    if (result < 0) {
      fail(-result, "sync of " + fileName(slot) + ": " + Errno.describe(-result));
    }
  }

  private void onIo(int slot, Direction direction, int result) {
    int length = slots.lengths[slot];
    if (result < 0 || (result == 0 && direction == Direction.READ)) {
      fail(result == 0 ? Errno.EIO : -result, describe(slot, direction, result));
      return;
    }
    int transferred = direction == Direction.TRIM ? length : result;
    recorder.onIo(
        direction,
        length,
        transferred,
        slots.offsets[slot],
        slots.startedNs[slot],
        slots.issuedNs[slot],
        reapedNs);
    if (checking && direction == Direction.READ) {
      check(slot, length);
    }
  }

  private void check(int slot, int length) {
    long address = buffers.at(slot);
    if (!verification.check(address, slots.offsets[slot], length)) {
      String message = verification.explain(fileName(slot), address, slots.offsets[slot], length);
      recorder.stats.fail(Errno.EILSEQ, message);
      failed |= job.content().fatal();
    }
  }

  private String describe(int slot, Direction direction, int result) {
    return "io_u error on file "
        + fileName(slot)
        + ": "
        + (result == 0 ? "unexpected end of file" : Errno.describe(-result))
        + ": "
        + direction.label()
        + " offset="
        + slots.offsets[slot]
        + ", buflen="
        + slots.lengths[slot];
  }

  private String fileName(int slot) {
    return files.get(slots.files[slot]).name();
  }

  private void fail(int errno, String message) {
    recorder.stats.fail(errno, message);
    failed = true;
  }
}
