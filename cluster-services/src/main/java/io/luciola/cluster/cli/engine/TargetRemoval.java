package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.cluster.cli.CommandFailure;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;

/** Removes a target through an engine that nobody else uses. */
final class TargetRemoval {

  private static final long PAUSE_NS = 20_000;

  private final PrintWriter out;

  TargetRemoval(PrintWriter out) {
    this.out = out;
  }

  /** Bytes that are free again; the target is gone. */
  long run(BlockDevice device, long target) {
    EngineOptions options = EngineOptions.defaults("remove").withScrubBytesPerSecond(0);
    try (BlockEngine engine = BlockEngine.open(device, options, new EngineScrub(out))) {
      long freeBefore = engine.freeBytes();
      int status = engine.removeTarget(target);
      if (status != EngineStatus.OK) {
        throw CommandFailure.failed("target " + target + ": " + EngineStatus.name(status));
      }
      while (engine.removedTargetIds().length > 0) {
        if (engine.doWork() == 0) {
          LockSupport.parkNanos(PAUSE_NS);
        }
      }
      return engine.freeBytes() - freeBefore;
    }
  }
}
