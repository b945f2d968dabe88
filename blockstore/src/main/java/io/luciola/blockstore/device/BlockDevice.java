package io.luciola.blockstore.device;

/**
 * An asynchronous, polled block device.
 *
 * <p>One thread owns a device: it submits, polls and closes. A submission is accepted or refused at
 * once; an accepted one completes exactly once, out of {@link #poll}, with the tag it was given.
 * Completions come in any order; two requests in flight on overlapping ranges have no order between
 * them. Nothing is durable before a {@link #flush} submitted after its completion has completed,
 * unless the device has no volatile cache or the write asked for {@link #FUA}.
 *
 * <p>Memory is named by address. It must be aligned to {@link
 * DeviceGeometry#memoryAlignmentBytes()}, come from memory the device can reach (see {@link
 * io.luciola.blockstore.memory.BufferPool}) and stay untouched until the completion.
 */
public interface BlockDevice extends AutoCloseable {

  /** Submission accepted. */
  int ACCEPTED = 0;

  /** Refused: the queue is full. Poll, then try again. */
  int QUEUE_FULL = -1;

  /**
   * Refused: offset, length or address break the alignment or size rules of {@link #geometry()}.
   */
  int BAD_ALIGNMENT = -2;

  /** Refused: the range is not wholly inside the device. */
  int OUT_OF_RANGE = -3;

  /** Refused: the device is closed or has failed for good. */
  int CLOSED = -4;

  /** Flag of {@link #write}: durable when completed, without a flush. */
  int FUA = 1;

  /** Size, block size and limits; does not change while the device is open. */
  DeviceGeometry geometry();

  /**
   * Reads into memory.
   *
   * @param offsetBytes a multiple of the block size
   * @param address where the bytes go
   * @param lengthBytes a multiple of the block size, at most {@link
   *     DeviceGeometry#maxTransferBytes()}
   * @param tag handed back with the completion
   * @return {@link #ACCEPTED} or one of the refusals
   */
  int read(long offsetBytes, long address, int lengthBytes, long tag);

  /**
   * Writes from memory; rules as for {@link #read}.
   *
   * @param flags 0 or {@link #FUA}
   */
  int write(long offsetBytes, long address, int lengthBytes, int flags, long tag);

  /** Makes every write durable whose completion was delivered before this call. */
  int flush(long tag);

  /**
   * Tells the device that a range is no longer needed; reads of it return anything until it is
   * written again.
   */
  int discard(long offsetBytes, long lengthBytes, long tag);

  /**
   * Pushes out what was submitted, and hands completed requests to the handler, at most {@code
   * limit} of them.
   *
   * @return how many completions were delivered
   */
  int poll(CompletionHandler handler, int limit);

  /**
   * Pushes out what was submitted, and lets an idle owner sleep until something can be polled. One
   * system call at most, where {@link #poll} and a wait for {@link #completionFd()} are two or
   * three. Delivers nothing itself and may return early; returns at once when nothing is in flight,
   * and where requests are carried out by {@link #poll}, as in memory: then there is no reason to
   * sleep.
   *
   * @param timeoutNs how long to sleep at most, 0 or more; {@link Long#MAX_VALUE}, as long as it
   *     takes, is the cheapest, since no timer is set
   */
  default void await(long timeoutNs) {}

  /**
   * Tells the device of the memory that most transfers will use, so that they cost less; once,
   * before they do. The memory must stay allocated until the device is closed. Transfers with other
   * memory work all the same.
   *
   * @return whether it makes a difference; where not, all works as without
   */
  default boolean registerMemory(long address, long lengthBytes) {
    return false;
  }

  /**
   * Whether it is a drive, which gains from being told of freed space. A file rather keeps what was
   * allocated for it.
   */
  default boolean gainsFromDiscards() {
    return false;
  }

  /** Requests accepted and not yet delivered. */
  int inFlight();

  /**
   * A file descriptor that becomes readable when completions wait, for an idle owner to sleep on;
   * -1 where there is none. Submissions must have been pushed out by {@link #poll} before sleeping.
   */
  int completionFd();

  /** Waits for what is in flight, drops the completions, and gives the device back. */
  @Override
  void close();

  /** Receives completions. */
  @FunctionalInterface
  interface CompletionHandler {
    /**
     * Called once per accepted request.
     *
     * @param tag the submission's tag
     * @param result bytes transferred (0 for flush and discard), or a negative Linux errno
     */
    void onCompletion(long tag, int result);
  }
}
