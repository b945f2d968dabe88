package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a job thread lets others see while it runs: written by it alone, read by anyone. */
public final class LiveCounters {

  /** What a thread is doing. */
  public enum Phase {
    /** Not started. */
    WAITING('P'),
    /** Opening and laying out files. */
    PREPARING('I'),
    /** Before measuring. */
    RAMP('/'),
    /** Doing I/O; shown by the kind of I/O. */
    RUNNING('R'),
    /** Reading back. */
    VERIFYING('V'),
    /** Making durable at the end. */
    FINISHING('F'),
    /** Done. */
    DONE('_');

    private final char mark;

    Phase(char mark) {
      this.mark = mark;
    }

    /** The letter of fio's progress line. */
    public char mark() {
      return mark;
    }
  }

  private final AtomicLongArray ios = new AtomicLongArray(Direction.COUNT);
  private final AtomicLongArray bytes = new AtomicLongArray(Direction.COUNT);
  private volatile Phase phase = Phase.WAITING;
  private volatile long beganNs;
  private volatile long targetBytes;

  void add(Direction direction, long ioCount, long byteCount) {
    int index = direction.index();
    ios.setOpaque(index, ios.getPlain(index) + ioCount);
    bytes.setOpaque(index, bytes.getPlain(index) + byteCount);
  }

  void enter(Phase next) {
    phase = next;
  }

  void begin(long nowNs, long bytesToDo) {
    beganNs = nowNs;
    targetBytes = bytesToDo;
  }

  /** What the thread is doing. */
  public Phase phase() {
    return phase;
  }

  /** I/Os completed since the start, the ramp included. */
  public long ios(Direction direction) {
    return ios.getOpaque(direction.index());
  }

  /** Bytes transferred since the start, the ramp included. */
  public long bytes(Direction direction) {
    return bytes.getOpaque(direction.index());
  }

  /** Monotonic time of the first I/O. */
  public long beganNs() {
    return beganNs;
  }

  /** Bytes to do in all. */
  public long targetBytes() {
    return targetBytes;
  }
}
