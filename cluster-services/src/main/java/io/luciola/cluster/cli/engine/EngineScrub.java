package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.ScrubStatus;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;

/** One pass of scrubbing through an engine that nobody else uses. */
final class EngineScrub implements ChunkEngine.Listener {

  private static final long PAUSE_NS = 20_000;

  private final PrintWriter out;

  EngineScrub(PrintWriter out) {
    this.out = out;
  }

  /** The pass's outcome; the device is closed afterwards. */
  ScrubStatus run(BlockDevice device, long bytesPerSecond, EngineProgress progress) {
    EngineOptions options = EngineOptions.defaults("scrub").withScrubBytesPerSecond(bytesPerSecond);
    try (BlockEngine engine = BlockEngine.open(device, options, this)) {
      engine.damages().forEach(damage -> out.println("when it was opened: " + damage));
      ScrubStatus status = engine.scrubStatus();
      while (status.passes() == 0) {
        if (engine.doWork() == 0) {
          LockSupport.parkNanos(PAUSE_NS);
        }
        status = engine.scrubStatus();
        progress.show(
            "scrubbing, " + ByteSize.approximate(status.passBytes()) + " read",
            status.passFraction());
      }
      progress.end();
      return status;
    }
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    out.printf(
        "target %d chunk %016x%016x is corrupt at offset %d (device offset %d)%n",
        targetId, chunkHi, chunkLo, offsetBytes, deviceOffsetBytes);
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    throw new IllegalStateException("scrubbing prepares nothing");
  }

  @Override
  public void onRead(long tag, int status, long version) {
    throw new IllegalStateException("scrubbing answers nobody");
  }

  @Override
  public void onSynced(long tag, int status) {
    throw new IllegalStateException("scrubbing syncs nothing");
  }
}
