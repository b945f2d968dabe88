package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.IdleMode;

/** The same with a thread for each disk. */
class DedicatedReopenedDiskTest extends ReopenedDiskTest {

  @Override
  Disk onThread(Disk opened) {
    return opened.onOwnThread(IdleMode.BLOCK);
  }
}
