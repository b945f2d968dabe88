package io.luciola.blockstore.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DoorbellTest {

  private final Doorbell bell = new Doorbell();
  private final long pollfd = Memory.allocate(Memory.PAGE_BYTES);

  private boolean isReadable() {
    Memory.putInt(pollfd, bell.fd());
    Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
    return Polling.poll(pollfd, 1, 0) == 1;
  }

  @AfterEach
  void close() {
    bell.close();
    Memory.free(pollfd, Memory.PAGE_BYTES);
  }

  @Test
  void ringsOnlyWhenArmed() {
    bell.ring();
    assertFalse(isReadable());
    bell.arm();
    bell.ring();
    bell.ring();
    assertTrue(isReadable());
    bell.disarm();
    assertFalse(isReadable());
    bell.ring();
    assertFalse(isReadable());
    bell.arm();
    bell.disarm();
    assertFalse(isReadable());
  }

  @Test
  void ringsAnywayAsOftenAsAsked() {
    bell.ringAnyway();
    bell.arm();
    bell.ring();
    bell.ringAnyway();
    assertTrue(isReadable());
    bell.disarm();
    assertFalse(isReadable());
  }

  @Test
  void noRingIsLostAndNoneIsLeftBehind() throws InterruptedException {
    int items = 200_000;
    AtomicInteger published = new AtomicInteger();
    Thread producer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < items; i++) {
                    published.incrementAndGet();
                    bell.ring();
                    if (i % 1000 == 0) {
                      bell.ringAnyway();
                    }
                  }
                });
    Memory.putInt(pollfd, bell.fd());
    Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
    int seen = 0;
    while (seen < items) {
      bell.disarm();
      int now = published.get();
      if (now == seen) {
        bell.arm();
        if (published.get() == seen) {
          assertEquals(1, Polling.poll(pollfd, 1, 20_000), "lost after " + seen);
        }
      }
      seen = now;
    }
    producer.join();
    bell.disarm();
    assertFalse(isReadable());
  }

  @Test
  void aBlockedThreadIsWokenToStop() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    SleepableAgent sleeper =
        new SleepableAgent() {
          @Override
          public int wakeUpFd() {
            return -1;
          }

          @Override
          public long sleepLimitNs() {
            return BlockingIdleStrategy.MAX_SLEEP_NS;
          }

          @Override
          public int doWork() {
            return 0;
          }

          @Override
          public void onClose() {
            closed.countDown();
          }

          @Override
          public String roleName() {
            return "sleeper";
          }
        };
    AgentRunner runner =
        new AgentRunner(
                "sleeper",
                new BlockingIdleStrategy(bell, List.of(sleeper)),
                AgentErrorHandler.logging(),
                sleeper)
            .start();
    Thread.sleep(20);
    assertTrue(runner.stop(30_000));
    assertEquals(0, closed.getCount());
  }

  @Test
  void agentsAreClosedAlsoWhenTheirThreadDies() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    Agent agent =
        new Agent() {
          @Override
          public int doWork() {
            return 0;
          }

          @Override
          public void onClose() {
            closed.countDown();
          }

          @Override
          public String roleName() {
            return "orphan";
          }
        };
    AgentRunner runner =
        new AgentRunner(
                "orphan",
                workCount -> {
                  throw new IllegalStateException("planted, this is a test");
                },
                AgentErrorHandler.logging(),
                agent)
            .start();
    closed.await();
    assertTrue(runner.stop(30_000));
  }
}
