package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrandsTest {

  private final Errands errands = new Errands();

  @Test
  void errandsAreDoneInTheirOrderByWhoRunsThem() {
    List<String> done = new ArrayList<>();
    CompletableFuture<Boolean> first = errands.add(() -> done.add("first"));
    CompletableFuture<Boolean> second = errands.add(() -> done.add("second"));
    assertFalse(first.isDone(), "nobody has run it yet");
    assertEquals(2, errands.run());
    assertTrue(first.join() && second.join());
    assertEquals(List.of("first", "second"), done);
    assertEquals(0, errands.run());
  }

  @Test
  void anErrandThatThrowsHarmsNobodyButItsAsker() {
    IllegalStateException planted = new IllegalStateException("planted, this is a test");
    CompletableFuture<Integer> failing =
        errands.add(
            () -> {
              throw planted;
            });
    CompletableFuture<Integer> next = errands.add(() -> 2);
    assertEquals(2, errands.run());
    assertSame(planted, assertThrows(CompletionException.class, failing::join).getCause());
    assertEquals(2, next.join());
  }

  @Test
  void whatIsLeftWhenTheNodeEndsIsCancelled() {
    List<String> done = new ArrayList<>();
    CompletableFuture<Boolean> before = errands.add(() -> done.add("before"));
    errands.close();
    CompletableFuture<Boolean> behind = errands.add(() -> done.add("behind"));
    assertThrows(CancellationException.class, before::join);
    assertThrows(CancellationException.class, behind::join);
    assertEquals(0, errands.run());
    assertEquals(List.of(), done);
  }

  @Test
  void nobodyWaitsForEverWhenTheNodeEndsMeanwhile() throws Exception {
    List<CompletableFuture<Integer>> asked = new ArrayList<>();
    Thread asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    asked.add(errands.add(() -> 1));
                  }
                });
    int done = 0;
    while (done < 100) {
      done += errands.run();
    }
    errands.close();
    asker.join();
    assertTrue(asked.stream().allMatch(CompletableFuture::isDone));
    assertEquals(done, asked.stream().filter(each -> !each.isCompletedExceptionally()).count());
  }
}
