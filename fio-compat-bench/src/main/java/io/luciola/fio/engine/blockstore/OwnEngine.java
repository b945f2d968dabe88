package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.fio.engine.EngineException;

/** An engine on the job's own thread: {@code threading=invoker}. Nothing stands in between. */
final class OwnEngine implements EngineAccess {

  private final BlockEngine engine;
  private final EngineIdle idle = new EngineIdle();

  private OwnEngine(BlockEngine engine) {
    this.engine = engine;
  }

  static OwnEngine open(DeviceSpec device, int depth, ChunkEngine.Listener listener)
      throws EngineException {
    return new OwnEngine(BenchmarkDevice.open(device, depth, listener));
  }

  @Override
  public ChunkEngine engine() {
    return engine;
  }

  @Override
  public void onWork(int workCount) {
    idle.onWork(workCount);
  }

  @Override
  public void pause(boolean held) {
    idle.pause(held ? -1 : engine.completionFd());
  }

  @Override
  public void close() {
    engine.close();
    idle.close();
  }
}
