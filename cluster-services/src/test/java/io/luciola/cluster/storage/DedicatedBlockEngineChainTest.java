package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;

/** The same chains on nodes with a thread for each disk. */
class DedicatedBlockEngineChainTest extends BlockEngineChainTest {

  @Override
  Disk onThread(Disk disk) {
    return disk.onOwnThread(IdleMode.BLOCK);
  }
}
