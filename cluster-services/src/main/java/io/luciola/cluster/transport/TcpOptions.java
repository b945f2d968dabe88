package io.luciola.cluster.transport;

/**
 * Bounds of the TCP transport.
 *
 * @param receiveBufferBytes buffer per connection out of which small frames are taken; payloads
 *     that do not fit are received where they belong
 * @param sendQueueFrames most frames that wait to be sent on one connection; a power of two
 * @param maxPayloadBytes a frame with a larger payload ends its connection
 * @param maxConnections connections beyond this are turned away
 */
public record TcpOptions(
    int receiveBufferBytes, int sendQueueFrames, int maxPayloadBytes, int maxConnections) {

  /** 256 KiB, 1,024 frames, 8 MiB, 1,024 connections. */
  public static final TcpOptions DEFAULT = new TcpOptions(256 << 10, 1024, 8 << 20, 1024);

  /** Checks the ranges. */
  public TcpOptions {
    if (receiveBufferBytes < 4096
        || sendQueueFrames < 2
        || Integer.bitCount(sendQueueFrames) != 1
        || maxPayloadBytes < 4096
        || maxConnections < 1) {
      throw new IllegalArgumentException(
          "receive buffer and payload need 4096 bytes or more, the send queue a power of two from 2"
              + " on, and there must be room for a connection");
    }
  }
}
