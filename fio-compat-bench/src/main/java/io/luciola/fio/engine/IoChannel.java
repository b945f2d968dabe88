package io.luciola.fio.engine;

/**
 * One job thread's way to its files. The thread that opened a channel makes every call.
 *
 * <p>A request is accepted or refused at once; an accepted one completes exactly once, out of
 * {@link #poll} or {@link #await}, with the tag it was given. Its memory stays untouched until
 * then. Nothing here allocates once the channel is warm.
 */
public interface IoChannel extends AutoCloseable {

  /** Accepted. */
  int ACCEPTED = 0;

  /** Refused: too much in flight. Poll, then try again. */
  int FULL = -1;

  /**
   * Reserves memory that requests may use, aligned to 4096 bytes and freed with the channel.
   *
   * @param lengthBytes more than 0
   * @return its address; the content is undefined
   */
  long allocate(long lengthBytes);

  /**
   * Queues one I/O; {@link #push} sends it off.
   *
   * @param fileIndex which of the job's files
   * @param offsetBytes where in the file
   * @param address where the bytes are or go; ignored for trims
   * @param tag handed back with the completion
   * @return {@link #ACCEPTED} or {@link #FULL}; everything else that can be wrong comes with the
   *     completion
   */
  int submit(
      Direction direction,
      int fileIndex,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag);

  /**
   * Queues a request to make durable what was written to the file and has completed.
   *
   * @param dataOnly whether the file's attributes may be left out, as with fdatasync(2)
   * @return {@link #ACCEPTED} or {@link #FULL}
   */
  int sync(int fileIndex, boolean dataOnly, long tag);

  /** Sends off what was queued. */
  void push();

  /**
   * Hands over what has completed, without waiting.
   *
   * @param limit most completions to hand over, where the engine can hold some back
   * @return completions handed over
   */
  int poll(Completion completion, int limit);

  /**
   * Like {@link #poll}, but waits until {@code atLeast} completions could be handed over or the
   * time is over. May return early; pushes what was queued.
   *
   * @param timeoutNs most time to wait
   * @return completions handed over
   */
  int await(Completion completion, int atLeast, int limit, long timeoutNs);

  /**
   * Whether every I/O is done when {@link #submit} returns. Then there is no submission latency to
   * report.
   */
  boolean inline();

  /** Frees memory and files; what is in flight never completes. */
  @Override
  void close();

  /** Receives completions. */
  @FunctionalInterface
  interface Completion {
    /**
     * Called once per accepted request.
     *
     * @param result bytes transferred (0 for sync and trim), or a negative Linux errno
     */
    void onCompletion(long tag, int result);
  }
}
