package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;

/** The completions that a queue pair delivered, by tag; each tag may complete once. */
final class RecordedCompletions implements NvmeQueuePair.CompletionHandler {

  // Enough for a real drive, and ended by its completions, not by this number.
  private static final long MAX_POLLS = 1_000_000_000L;

  private static final long POLLS_PER_ADMIN_POLL = 1 << 12;

  private final Map<Long, Integer> statuses = new LinkedHashMap<>();

  @Override
  public void onCompletion(long tag, int status) {
    assertNull(statuses.put(tag, status), () -> "tag " + tag + " completed twice");
  }

  Map<Long, Integer> statuses() {
    return statuses;
  }

  /** Polls until so many completions are there. */
  void await(NvmeQueuePair queuePair, int count) {
    long polls = 0;
    while (statuses.size() < count) {
      int result = queuePair.poll(this, count);
      assertTrue(result >= 0, () -> "poll failed with " + result);
      assertTrue(++polls < MAX_POLLS, "not all commands complete");
      if (polls % POLLS_PER_ADMIN_POLL == 0) {
        // A busy machine may need longer than a target waits for a sign of life.
        assertTrue(queuePair.controller().processAdmin() >= 0, "the controller has failed");
      }
    }
    assertEquals(count, statuses.size());
  }

  /** Polls until the one command in flight is done, and returns its status. */
  static int statusOf(NvmeQueuePair queuePair, int submitted) {
    assertEquals(NvmeQueuePair.ACCEPTED, submitted);
    RecordedCompletions completions = new RecordedCompletions();
    completions.await(queuePair, 1);
    return completions.statuses.values().iterator().next();
  }
}
