package io.luciola.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.RequestFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TcpTransportTest {

  private static final int MEMORY_BYTES = 16 << 20;
  private static final TcpOptions OPTIONS = new TcpOptions(16 << 10, 64, 2 << 20, 16);

  private final EventPoll poll = new EventPoll();
  private final TcpTransport transport = new TcpTransport(poll, OPTIONS);
  private final long memory = Memory.allocate(MEMORY_BYTES);
  private final Receiver server = new Receiver(memory + (MEMORY_BYTES >> 1));
  private final Receiver client = new Receiver(0);
  private final RequestFrame frame = new RequestFrame();
  private final Crc32c checksum = new Crc32c();

  @AfterEach
  void close() {
    transport.close();
    poll.close();
    Memory.free(memory, MEMORY_BYTES);
  }

  /** Takes frames and remembers what it saw. */
  private static final class Receiver implements FrameHandler {
    private final long destination;
    private final Crc32c checksum = new Crc32c();
    private final RequestFrame frame = new RequestFrame();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Long> tags = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private int sent;
    private int corrupt;
    private boolean pausing;

    Receiver(long destination) {
      this.destination = destination;
    }

    @Override
    public void onConnected(Connection connection) {
      connections.add(connection);
    }

    @Override
    public long onHeader(Connection connection, long headerAddress, int payloadBytes) {
      frame.wrap(headerAddress);
      if (pausing) {
        return PAUSE;
      }
      return frame.kind() == 9 ? DISCARD : destination;
    }

    @Override
    public void onFrame(Connection connection, long headerAddress, long payloadAddress) {
      frame.wrap(headerAddress);
      tags.add(frame.tag());
      int bytes = frame.payloadLengthBytes();
      if (bytes > 0 && checksum.of(payloadAddress, bytes) != frame.payloadCrc32c()) {
        corrupt++;
      }
    }

    @Override
    public void onSent(Connection connection, long token) {
      sent++;
    }

    @Override
    public void onClosed(Connection connection, String reason) {
      closed.add(reason);
    }
  }

  private void runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      poll.sleep(1_000_000);
      poll.poll();
      transport.flush();
    }
  }

  private void queue(Connection connection, long tag, int offset, int payloadBytes, int kind) {
    frame.wrap(connection.claim());
    frame.begin(payloadBytes == 0 ? Opcode.PING : Opcode.WRITE, tag, payloadBytes).kind(kind);
    if (payloadBytes > 0) {
      frame.payloadCrc32c(checksum.of(memory + offset, payloadBytes));
    }
    frame.seal();
    connection.send(memory + offset, tag);
  }

  private void fillMemory(Random random) {
    for (int i = 0; i < MEMORY_BYTES / 2; i += 8) {
      Memory.putLong(memory + i, random.nextLong());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
  void framesOfAllSizesArriveWholeAndInOrder(String host) {
    Random random = new Random(host.hashCode());
    fillMemory(random);
    int port = transport.listen(host.equals("localhost") ? "" : host, 0, server);
    Connection connection = transport.connect(host, port, client);
    int frames = 400;
    int queued = 0;
    while (queued < frames) {
      while (queued < frames && connection.sendCapacity() > 0) {
        int payload =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> 1 + random.nextInt(5000);
              case 2 -> 4096;
              default -> random.nextInt(300_000) + 1;
            };
        int kind = random.nextInt(20) == 0 ? 9 : 1;
        queue(connection, ++queued, random.nextInt(1 << 20), payload, kind);
      }
      int before = client.sent;
      runUntil(() -> client.sent > before);
    }
    queue(connection, ++queued, 0, 0, 1);
    runUntil(() -> !server.tags.isEmpty() && server.tags.getLast() == frames + 1);
    assertEquals(0, server.corrupt);
    assertTrue(server.tags.size() > frames * 8 / 10);
    for (int i = 1; i < server.tags.size(); i++) {
      assertTrue(server.tags.get(i) > server.tags.get(i - 1));
    }
  }

  @Test
  void bytesThatDripInAreAFrameInTheEnd() throws IOException {
    int port = transport.listen("127.0.0.1", 0, server);
    byte[] bytes = frameBytes(7, 1000);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + at % 37);
        out.write(bytes, at, piece);
        at += piece;
        poll.sleep(1_000_000);
        poll.poll();
      }
      runUntil(() -> server.tags.size() == 1);
    }
    assertEquals(0, server.corrupt);
    runUntil(() -> !server.closed.isEmpty());
    assertEquals("closed by the peer", server.closed.getFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6, 7, 20, 127})
  void aDamagedHeaderEndsItsConnectionAndNoOther(int damagedByte) throws IOException {
    int port = transport.listen("127.0.0.1", 0, server);
    Connection good = transport.connect("127.0.0.1", port, client);
    byte[] bytes = frameBytes(7, 1000);
    bytes[damagedByte] ^= 0x10;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes);
      runUntil(() -> !server.closed.isEmpty());
      assertEquals(List.of(), server.tags);
    }
    queue(good, 1, 0, 100, 1);
    runUntil(() -> server.tags.size() == 1);
    assertEquals(1, server.closed.size());
  }

  @Test
  void aLengthBeyondTheLimitEndsTheConnectionBeforeThePayload() throws IOException {
    int port = transport.listen("127.0.0.1", 0, server);
    byte[] bytes = frameBytes(7, OPTIONS.maxPayloadBytes() + 1);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes, 0, 128);
      runUntil(() -> !server.closed.isEmpty());
    }
    assertTrue(server.closed.getFirst().contains("length"), server.closed::toString);
  }

  @Test
  void aRefusedConnectionIsToldWithItsReason() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    Connection connection = transport.connect("127.0.0.1", port, client);
    queue(connection, 1, 0, 10, 1);
    runUntil(() -> !client.closed.isEmpty());
    assertEquals(List.of("ECONNREFUSED"), client.closed);
    assertFalse(connection.isOpen());
    assertEquals(Connection.REFUSED, connection.claim());
  }

  @Test
  void anUnknownHostIsToldWithItsReason() {
    transport.connect("no-such-host.invalid", 1, client);
    runUntil(() -> !client.closed.isEmpty());
    assertEquals(List.of("unknown host"), client.closed);
  }

  @Test
  void aPeerThatDoesNotReadFillsTheSendQueueAndNothingElse() {
    server.pausing = true;
    int port = transport.listen("127.0.0.1", 0, server);
    Connection connection = transport.connect("127.0.0.1", port, client);
    runUntil(connection::isConnected);
    int queued = 0;
    for (int idleRounds = 0; idleRounds < 50; ) {
      int before = queued;
      while (connection.claim() != Connection.REFUSED) {
        queue(connection, ++queued, 0, 1 << 20, 1);
      }
      poll.sleep(1_000_000);
      poll.poll();
      transport.flush();
      idleRounds = queued == before ? idleRounds + 1 : 0;
    }
    assertEquals(0, connection.sendCapacity());
    assertEquals(List.of(), server.tags);
    assertTrue(connection.isQueued(queued));
    server.pausing = false;
    server.connections.getFirst().resume();
    int all = queued;
    runUntil(() -> server.tags.size() == all);
    assertEquals(0, server.corrupt);
    assertEquals(OPTIONS.sendQueueFrames(), connection.sendCapacity());
  }

  @Test
  void anAbandonedPayloadNoLongerTouchesItsDestination() throws IOException {
    int port = transport.listen("127.0.0.1", 0, server);
    byte[] bytes = frameBytes(7, 100_000);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes, 0, 50_000);
      runUntil(() -> Memory.getLong(server.destination + 40_000) != 0);
      server.connections.getFirst().abandonPayload(server.destination);
      Memory.fill(server.destination, 100_000, (byte) 0);
      socket.getOutputStream().write(bytes, 50_000, bytes.length - 50_000);
      socket.getOutputStream().write(frameBytes(8, 0));
      runUntil(() -> server.tags.size() == 1);
    }
    assertEquals(List.of(8L), server.tags);
    for (int i = 0; i < 100_000; i += 8) {
      assertEquals(0, Memory.getLong(server.destination + i));
    }
  }

  @Test
  void anIdlePollSleepsUntilItIsWoken() {
    assertEquals(0, poll.poll());
    Thread waker = new Thread(poll::wakeUp);
    waker.start();
    long startNs = System.nanoTime();
    poll.sleep(20_000_000_000L);
    assertTrue(System.nanoTime() - startNs < 15_000_000_000L);
    assertNotEquals(-1, poll.poll());
  }

  private byte[] frameBytes(long tag, int payloadBytes) {
    fillMemory(new Random(tag));
    long header = memory + (MEMORY_BYTES >> 1) - 4096;
    frame.wrap(header);
    frame.begin(payloadBytes == 0 ? Opcode.PING : Opcode.WRITE, tag, payloadBytes);
    int held = Math.min(payloadBytes, 1 << 20);
    if (payloadBytes > 0) {
      frame.payloadCrc32c(checksum.of(memory, held));
    }
    frame.seal();
    byte[] bytes = new byte[128 + held];
    Memory.get(header, bytes, 0, 128);
    Memory.get(memory, bytes, 128, held);
    return bytes;
  }
}
