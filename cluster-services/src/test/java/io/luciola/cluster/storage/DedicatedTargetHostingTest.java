package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.agent.IdleMode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same with a thread for each disk. */
class DedicatedTargetHostingTest extends TargetHostingTest {

  @Override
  Disk onThread(Disk disk) {
    return disk.onOwnThread(IdleMode.BLOCK);
  }

  @Test
  void anEngineThatTakesItsTimeToCloseDoesNotHoldUpTheNode() throws Exception {
    CountDownLatch mayClose = new CountDownLatch(1);
    contents[0][0].mayClose = mayClose;
    StorageNode node = cluster.server(1).node();
    try {
      contents[0][0].fails = true;
      for (int i = 0; i < 30; i++) {
        cluster.publish(); // what is said of the disks is found out anew
        assertEquals(3, node.ask(() -> node.usage().size()).get(20, TimeUnit.SECONDS));
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } finally {
      mayClose.countDown();
    }
  }
}
