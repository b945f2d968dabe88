package io.luciola.fio.run;

import java.util.concurrent.locks.LockSupport;

/** Time and waiting, so that tests need neither. */
public interface Clock {

  /** The JVM's monotonic clock. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long durationNs) {
          LockSupport.parkNanos(durationNs);
        }
      };

  /** Monotonic nanoseconds. */
  long nanoTime();

  /** Waits about that long; may return early. */
  void sleep(long durationNs);
}
