package io.luciola.cluster.transport;

/**
 * One peer, in both directions. Frames arrive whole and in the order in which they were sent, or
 * the connection ends. Belongs to the thread of its {@link Transport}.
 */
public interface Connection {

  /** Answer of {@link #claim()}: the send queue is full, or the connection is closed. */
  long REFUSED = 0;

  /**
   * Memory for the next frame's header, {@link io.luciola.cluster.wire.FrameHeader#REQUEST_BYTES}
   * of it. Nothing is sent before {@link #send}; claiming twice gives the same memory.
   *
   * @return an address, or {@link #REFUSED}
   */
  long claim();

  /**
   * Queues the frame whose sealed header is in the claimed memory. It leaves with the next {@link
   * Transport#flush()}.
   *
   * @param payloadAddress memory that stays unchanged until {@link FrameHandler#onSent} or {@link
   *     FrameHandler#onClosed}; ignored when the frame has no payload
   * @param token handed to {@link FrameHandler#onSent}; 0: no call is wanted
   */
  void send(long payloadAddress, long token);

  /** Frames which could be claimed and sent now. */
  int sendCapacity();

  /** Whether a frame sent with this token still waits in the send queue, wholly or in part. */
  boolean isQueued(long token);

  /** Receives again after a handler answered {@link FrameHandler#PAUSE}. */
  void resume();

  /**
   * The destination given for the payload that is being received must no longer be written to: the
   * rest of that payload is dropped, and {@link FrameHandler#onFrame} is not called for it. Does
   * nothing when no payload is being received into {@code destination}.
   */
  void abandonPayload(long destination);

  /** Whether the connection can still be used; true also while it is being made. */
  boolean isOpen();

  /** Whether the peer was reached. */
  boolean isConnected();

  /** The peer for messages, for example {@code 127.0.0.1:9003}. */
  String peer();

  /** What the owner hung on the connection; null at first. */
  Object attachment();

  /** Hangs something on the connection. */
  void attach(Object attachment);

  /** Closes; the handler learns of it with this reason. */
  void close(String reason);
}
