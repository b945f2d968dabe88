package io.luciola.cluster.transport;

/**
 * A way to move frames. Belongs to one thread, which also runs the {@link EventPoll} behind it; all
 * handlers are called by that thread, out of {@link EventPoll#poll} or {@link #flush()}.
 */
public interface Transport extends AutoCloseable {

  /**
   * Starts a connection and returns at once; frames may be queued right away. Success or failure
   * come to the handler.
   *
   * @param host an IPv4 or IPv6 address, or a name
   */
  Connection connect(String host, int port, FrameHandler handler);

  /**
   * Accepts connections.
   *
   * @param host the local address or name to bind; empty for every address
   * @param port the port, or 0 for any free one
   * @param handler of every connection that comes in
   * @return the port that was bound
   * @throws java.io.UncheckedIOException when the address cannot be bound, naming it
   */
  int listen(String host, int port, FrameHandler handler);

  /**
   * Tells the transport of memory that payloads are sent from and received into. TCP needs no such
   * thing; one-sided transports do.
   */
  void registerMemory(long address, long lengthBytes);

  /**
   * Sends what was queued since the last call, all frames of a connection together.
   *
   * @return frames that were handed over whole
   */
  int flush();

  /** Closes all connections and stops listening. */
  @Override
  void close();
}
