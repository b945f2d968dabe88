package io.luciola.spdk;

import java.util.Objects;

/**
 * What a queue pair is opened with.
 *
 * @param depth commands that can be in flight, 1 to 32768
 * @param requests commands and parts of commands that SPDK can hold; a transfer larger than the
 *     drive takes at once is split into several. At least {@code depth}
 * @param delaySubmit whether the doorbell rings once per {@link NvmeQueuePair#poll} instead of once
 *     per command; nothing is then sure to start before the next poll
 * @param completionWay how completions get into Java
 */
public record QueuePairOptions(
    int depth, int requests, boolean delaySubmit, CompletionWay completionWay) {

  private static final int MAX_DEPTH = 32768;
  private static final int MIN_REQUESTS = 512;
  private static final int REQUESTS_PER_COMMAND = 4;

  /** Checks the ranges. */
  public QueuePairOptions {
    if (depth < 1 || depth > MAX_DEPTH) {
      throw new IllegalArgumentException("depth must be 1 to " + MAX_DEPTH + ", but is " + depth);
    }
    if (requests < depth) {
      throw new IllegalArgumentException(
          "requests must be at least the depth " + depth + ", but is " + requests);
    }
    Objects.requireNonNull(completionWay, "completionWay");
  }

  /** One doorbell per poll, completions by copy, and room for commands split in four. */
  public static QueuePairOptions ofDepth(int depth) {
    int requests = Math.max(MIN_REQUESTS, REQUESTS_PER_COMMAND * Math.min(depth, MAX_DEPTH));
    return new QueuePairOptions(depth, requests, true, CompletionWay.COPY);
  }

  /** The same with another way of completion. */
  public QueuePairOptions withCompletionWay(CompletionWay way) {
    return new QueuePairOptions(depth, requests, delaySubmit, way);
  }

  /** The same with another moment of ringing the doorbell. */
  public QueuePairOptions withDelaySubmit(boolean delay) {
    return new QueuePairOptions(depth, requests, delay, completionWay);
  }

  /** The same with another number of requests. */
  public QueuePairOptions withRequests(int count) {
    return new QueuePairOptions(depth, count, delaySubmit, completionWay);
  }
}
