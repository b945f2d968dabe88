package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.fio.engine.DeviceOption;
import io.luciola.fio.engine.EngineException;

/** An engine on the job's own thread: {@code threading=invoker}. Nothing stands in between. */
final class OwnEngine implements EngineAccess {

  private final BlockEngine engine;

  // The engine's; here only to sleep on, and to see what is in flight.
  private final BlockDevice device;

  private final EngineIdle idle;
  private int inFlightBeforeRead;

  /**
   * Whether the engine may have something to do before its device has: an update takes several
   * steps, and is over when the engine says that there was nothing to do. A read on the device only
   * waits.
   */
  private boolean busy;

  private OwnEngine(BlockEngine engine, BlockDevice device) {
    this.engine = engine;
    this.device = device;
    idle = new EngineIdle(device);
  }

  static OwnEngine open(
      DeviceSpec spec, int depth, long scrubBytesPerSecond, ChunkEngine.Listener listener)
      throws EngineException {
    BlockDevice device = DeviceOption.open(spec);
    return new OwnEngine(
        BenchmarkDevice.open(spec, device, depth, scrubBytesPerSecond, listener), device);
  }

  @Override
  public ChunkEngine engine() {
    return engine;
  }

  @Override
  public void registerMemory(long address, long lengthBytes) {
    // Where it makes no difference, all works as without.
    engine.registerMemory(address, lengthBytes);
  }

  @Override
  public void beforeRead() {
    inFlightBeforeRead = device.inFlight();
  }

  @Override
  public void afterRead() {
    busy |= device.inFlight() == inFlightBeforeRead;
  }

  @Override
  public void onUpdate() {
    busy = true;
  }

  @Override
  public void onWork(int workCount) {
    busy &= workCount > 0;
  }

  @Override
  public void pause(boolean held) {
    if (!busy) {
      // Also pushes out what was submitted since, in the same system call.
      idle.sleep(held, engine.sleepLimitNs());
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
