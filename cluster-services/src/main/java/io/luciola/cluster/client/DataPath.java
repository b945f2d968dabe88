package io.luciola.cluster.client;

import io.luciola.chaintable.FileLayout;

/**
 * One thread's way to the chunks of files: splits a range into chunks, routes each to its chain,
 * sends, retries by error class until the deadline, and hands completions back.
 *
 * <p>A data path belongs to the thread that uses it; it has connections of its own and shares only
 * the routing copy. Requests are accepted or refused at once; an accepted one completes exactly
 * once, out of {@link #poll} or {@link #await}. Memory given by address must stay valid until then
 * and not be changed for writes.
 */
public interface DataPath extends AutoCloseable {

  /** Accepted. */
  int ACCEPTED = 0;

  /** Refused: too much in flight. Poll, then try again. */
  int BACK_PRESSURE = -1;

  /**
   * Reads file content. Bytes that were never written come as zeros, also beyond what any writer
   * reached and where the layout ends: the caller knows the file's length and asks for no more.
   *
   * @param address where the bytes go, any alignment
   * @param tag handed back with the completion
   * @param mode how fresh the bytes have to be
   */
  int read(
      FileLayout layout,
      long inode,
      long offsetBytes,
      int lengthBytes,
      long address,
      long tag,
      ReadMode mode);

  /**
   * Writes file content; when it completes without an error, every replica has it durable. The
   * layout must cover all of it.
   */
  int write(
      FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address, long tag);

  /**
   * Cuts a file's chunks: nothing beyond {@code newLengthBytes} remains.
   *
   * @param oldLengthBytes how far chunks may exist
   */
  int cut(FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes, long tag);

  /**
   * Does what there is to do without blocking.
   *
   * @return completions delivered
   */
  int poll(Completion completion);

  /**
   * Like {@link #poll}, but sleeps until at least one completion was delivered or the time is over.
   *
   * @return completions delivered
   */
  int await(Completion completion, long timeoutNs);

  /** Requests accepted and not completed. */
  int inFlight();

  /**
   * Blocking linearizable {@link #read}: bytes read, or a negative Linux errno. Only while nothing
   * else is in flight.
   */
  int readNow(FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address);

  /**
   * Blocking {@link #write}: bytes written, or a negative Linux errno. Only while nothing else is
   * in flight.
   */
  int writeNow(FileLayout layout, long inode, long offsetBytes, int lengthBytes, long address);

  /** Blocking {@link #cut}: 0, or a negative Linux errno. Only while nothing else is in flight. */
  int cutNow(FileLayout layout, long inode, long oldLengthBytes, long newLengthBytes);

  /** Closes the connections; what is in flight never completes. */
  @Override
  void close();

  /** Receives completions. */
  @FunctionalInterface
  interface Completion {
    /**
     * Called once per accepted request.
     *
     * @param result bytes transferred (0 for cut), or a negative Linux errno: -EIO when the
     *     deadline passed or the data is corrupt everywhere, -ENOSPC when the chain has no room
     */
    void onCompletion(long tag, int result);
  }
}
