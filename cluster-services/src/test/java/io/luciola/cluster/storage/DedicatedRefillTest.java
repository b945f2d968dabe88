package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;

/** Nodes with a thread for each disk come back. */
class DedicatedRefillTest extends RefillTest {

  @Override
  Disk onThread(Disk disk) {
    return disk.onOwnThread(IdleMode.BLOCK);
  }
}
