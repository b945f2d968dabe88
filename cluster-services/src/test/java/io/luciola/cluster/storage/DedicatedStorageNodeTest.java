package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;

/** The same node with a thread for each disk. */
class DedicatedStorageNodeTest extends StorageNodeTest {

  @Override
  Disk onThread(Disk disk) {
    return disk.onOwnThread(IdleMode.BLOCK);
  }
}
