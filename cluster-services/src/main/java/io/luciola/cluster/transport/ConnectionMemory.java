package io.luciola.cluster.transport;

import io.luciola.cluster.wire.FrameHeader;
import java.lang.foreign.Arena;

/** The off-heap memory of one connection; handed on to the next one when it ends. */
final class ConnectionMemory {

  final long receiveBuffer;
  final long savedHeader;
  final long receiveVector;
  final long messageHeader;
  final SendQueue sendQueue;

  ConnectionMemory(Arena arena, TcpOptions options) {
    receiveBuffer = arena.allocate(options.receiveBufferBytes(), 4096).address();
    savedHeader = arena.allocate(FrameHeader.REQUEST_BYTES, 64).address();
    receiveVector = arena.allocate(2L * SendQueue.IOVEC_BYTES, 16).address();
    messageHeader = arena.allocate(TcpSocket.MSGHDR_BYTES, 16).address();
    long headers =
        arena.allocate((long) options.sendQueueFrames() * FrameHeader.REQUEST_BYTES, 64).address();
    long vector = arena.allocate((long) SendQueue.MAX_VECTOR * SendQueue.IOVEC_BYTES, 64).address();
    sendQueue = new SendQueue(options.sendQueueFrames(), headers, vector);
  }
}
