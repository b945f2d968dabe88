package io.luciola.fio.engine;

import io.luciola.blockstore.linux.IoUring;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.util.concurrent.locks.LockSupport;

/** Sleeps until a ring has a completion or a time is over; pushes what the ring holds first. */
public final class RingWait implements AutoCloseable {

  /** From here on it sleeps in the ring itself, without a limit; less is timed by poll(2). */
  public static final long UNTIMED_NS = 100_000_000;

  private final IoUring ring;
  private final long pollfd = Memory.allocate(Memory.PAGE_BYTES);

  /** For a ring that outlives it. */
  public RingWait(IoUring ring) {
    this.ring = ring;
    Memory.putInt(pollfd, ring.fd());
    Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
  }

  /** Sleeps; there must be a request in flight when the time is {@link #UNTIMED_NS} or more. */
  public void sleep(long timeoutNs) {
    if (timeoutNs >= UNTIMED_NS) {
      ring.submitAndWait();
      return;
    }
    ring.submit();
    int timeoutMs = (int) (timeoutNs / 1_000_000);
    if (timeoutMs > 0) {
      Polling.poll(pollfd, 1, timeoutMs);
    } else {
      LockSupport.parkNanos(timeoutNs);
    }
  }

  @Override
  public void close() {
    Memory.free(pollfd, Memory.PAGE_BYTES);
  }
}
