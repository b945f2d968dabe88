package io.luciola.blockstore.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThreadEndTest {

  @Test
  void anInterruptionDoesNotEndTheWaitAndIsNotLost() throws InterruptedException {
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    Thread awaited = Thread.ofPlatform().start(mayEnd::join);
    boolean[] seen = new boolean[2];
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  ThreadEnd.await(awaited);
                  seen[0] = !awaited.isAlive();
                  seen[1] = Thread.currentThread().isInterrupted();
                });
    waiting.interrupt();
    waiting.join(100);
    assertTrue(waiting.isAlive(), "it waits on");

    mayEnd.complete(null);
    waiting.join();

    assertTrue(seen[0], "until the thread has ended");
    assertTrue(seen[1], "and is interrupted behind it");
  }

  @Test
  void aThreadThatWasNeverStartedIsNotWaitedFor() {
    ThreadEnd.await(new Thread(() -> {}));

    assertFalse(Thread.currentThread().isInterrupted());
  }
}
