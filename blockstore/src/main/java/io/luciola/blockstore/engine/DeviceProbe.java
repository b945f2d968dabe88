package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Memory;

/**
 * Tells a device that is gone from one that fails some requests: reads a superblock after each
 * failure, and every few seconds, so that the end of an idle device does not stay unnoticed. When
 * neither copy can be read, the engine has failed.
 */
final class DeviceProbe implements IoOwner, AutoCloseable {

  private static final long INTERVAL_NS = 5_000_000_000L;

  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Io io;
  private final long memory = Memory.allocate(Superblock.BYTES);

  /** Failures which were looked into. */
  private long seenFailures;

  /** What the last of them ended with; 0 when the probe runs because it is time. */
  private int cause;

  /** The superblock that is being read. */
  private int copy;

  private long nextNs;

  DeviceProbe(IoQueue ioQueue, EngineHealth health, long nowNs) {
    this.ioQueue = ioQueue;
    this.health = health;
    io = ioQueue.register(this);
    nextNs = nowNs + INTERVAL_NS;
  }

  int doWork(long nowNs) {
    boolean failures = ioQueue.failures() != seenFailures;
    if (io.inFlight || !(failures || nowNs - nextNs >= 0) || !health.takesUpdates()) {
      return 0;
    }
    nextNs = nowNs + INTERVAL_NS;
    cause = failures ? ioQueue.lastError() : 0;
    seenFailures = ioQueue.failures();
    copy = 0;
    read();
    return 1;
  }

  private void read() {
    ioQueue.read(io, Superblock.offset(copy), memory, Superblock.BYTES);
  }

  @Override
  public void onIo(Io request, int error) {
    if (error == 0) {
      health.deviceWorks();
    } else if (++copy < DeviceLayout.SUPERBLOCK_COPIES && !health.isClosed()) {
      read();
    } else if (cause == 0) {
      health.fail("reading a superblock, to see whether the device is there,", error);
    } else {
      health.fail("a request, and reading a superblock after it,", cause);
    }
  }

  @Override
  public void close() {
    Memory.free(memory, Superblock.BYTES);
  }
}
