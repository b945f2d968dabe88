package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;

/** The same on nodes with a thread for each disk. */
class DedicatedRepairTest extends RepairTest {

  @Override
  Disk onThread(Disk disk) {
    return disk.onOwnThread(IdleMode.BLOCK);
  }
}
