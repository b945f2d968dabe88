package io.luciola.cluster.transport;

/** Receives what happens on connections. Calls may use any connection, also close it. */
public interface FrameHandler {

  /** Answer of {@link #onHeader}: stop receiving from this connection until it is resumed. */
  long PAUSE = -1;

  /** Answer of {@link #onHeader}: drop this frame; {@link #onFrame} is not called. */
  long DISCARD = -2;

  /** The peer was reached, or came in. */
  void onConnected(Connection connection);

  /**
   * A frame's header arrived and was found good. Called again for the same frame after a pause.
   *
   * @param headerAddress the header, valid during the call
   * @param payloadBytes what follows it
   * @return where the payload goes (anything not negative when there is none), {@link #PAUSE} or
   *     {@link #DISCARD}
   */
  long onHeader(Connection connection, long headerAddress, int payloadBytes);

  /**
   * A frame is complete.
   *
   * @param headerAddress the header, valid during the call
   * @param payloadAddress what {@link #onHeader} answered
   */
  void onFrame(Connection connection, long headerAddress, long payloadAddress);

  /** A frame that was sent with a token left; its payload memory is free again. */
  void onSent(Connection connection, long token);

  /**
   * The connection ended; nothing else follows. Whatever was asked over it and not answered will
   * not be, and memory given to it is free again.
   *
   * @param reason for messages, for example {@code ECONNREFUSED} or a broken rule of the format
   */
  void onClosed(Connection connection, String reason);
}
