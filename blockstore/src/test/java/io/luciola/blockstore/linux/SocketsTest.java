package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketsTest {

  private final Arena arena = Arena.ofConfined();
  private final long memory = arena.allocate(4096, 8).address();

  @AfterEach
  void closeArena() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientReachesAServer(String host) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getByName(host), 0);
    int family = host.contains(":") ? Sockets.AF_INET6 : Sockets.AF_INET;
    int type = Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC;
    int server = Sockets.socket(family, type, 0);
    assertTrue(server >= 0);
    long option = memory + 100;
    Memory.putInt(option, 1);
    assertEquals(
        0, Sockets.setsockopt(server, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, option, 4));
    int length = Sockets.putAddress(memory, any);
    assertEquals(0, Sockets.bind(server, memory, length));
    assertEquals(0, Sockets.listen(server, 8));
    Memory.putInt(option, Sockets.ADDRESS_BYTES);
    assertEquals(0, Sockets.getsockname(server, memory, option));
    int port = Sockets.portAt(memory);
    assertTrue(port > 0);

    int client = Sockets.socket(family, type, 0);
    Memory.putInt(option, 1);
    assertEquals(
        0, Sockets.setsockopt(client, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, option, 4));
    length = Sockets.putAddress(memory, new InetSocketAddress(any.getAddress(), port));
    assertEquals(0, Sockets.connect(client, memory, length));
    int accepted = Sockets.accept4(server, 0, 0, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
    assertTrue(accepted >= 0);
    assertEquals(-Errno.EAGAIN, Sockets.recv(accepted, memory, 10, 0));

    Memory.putLong(memory + 200, 4711);
    assertEquals(8, Sockets.send(client, memory + 200, 8, Sockets.MSG_NOSIGNAL));
    assertEquals(1, pollIn(accepted, 60_000));
    assertEquals(8, Sockets.recv(accepted, memory, 10, 0));
    assertEquals(4711, Memory.getLong(memory));
    assertEquals(0, Sockets.shutdown(client, Sockets.SHUT_WR));
    assertEquals(1, pollIn(accepted, 60_000));
    assertEquals(0, Sockets.recv(accepted, memory, 10, 0));
    Memory.putInt(option, 4);
    assertEquals(
        0, Sockets.getsockopt(accepted, Sockets.SOL_SOCKET, Sockets.SO_ERROR, memory, option));
    assertEquals(0, Memory.getInt(memory));

    Linux.close(client);
    Linux.close(accepted);
    Linux.close(server);
  }

  @Test
  void epollReportsWhichDescriptorIsReady() {
    int type = Sockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC;
    assertEquals(0, Sockets.socketpair(Sockets.AF_UNIX, type, 0, memory));
    int one = Memory.getInt(memory);
    int other = Memory.getInt(memory + 4);
    int epoll = Polling.epollCreate1(Polling.EPOLL_CLOEXEC);
    long event = memory + 16;
    Memory.putInt(event, Polling.EPOLLIN);
    Memory.putLong(event + Polling.EPOLL_EVENT_DATA_OFFSET, 77);
    assertEquals(0, Polling.epollCtl(epoll, Polling.EPOLL_CTL_ADD, one, event));
    assertEquals(0, Polling.epollWait(epoll, memory + 64, 4, 0));

    sendPieces(other);

    assertEquals(1, Polling.epollWait(epoll, memory + 64, 4, 60_000));
    assertEquals(77, Memory.getLong(memory + 64 + Polling.EPOLL_EVENT_DATA_OFFSET));
    assertEquals(4, Sockets.recv(one, memory + 128, 100, Sockets.MSG_DONTWAIT));
    assertEquals(0, Polling.epollCtl(epoll, Polling.EPOLL_CTL_DEL, one, 0));
    Linux.close(one);
    assertEquals(-Errno.EPIPE, Sockets.send(other, memory, 1, Sockets.MSG_NOSIGNAL));
    Linux.close(other);
    Linux.close(epoll);
  }

  @Test
  void eventCountersCount() {
    int fd = Polling.eventfd(0, Polling.EFD_NONBLOCK | Polling.EFD_CLOEXEC);
    assertEquals(-Errno.EAGAIN, Linux.read(fd, memory, 8));
    Memory.putLong(memory, 3);
    assertEquals(8, Linux.write(fd, memory, 8));
    assertEquals(8, Linux.write(fd, memory, 8));
    assertEquals(1, pollIn(fd, 0));
    assertEquals(8, Linux.read(fd, memory, 8));
    assertEquals(6, Memory.getLong(memory));
    Linux.close(fd);
  }

  private void sendPieces(int fd) {
    long pieces = memory + 256;
    long message = memory + 320;
    for (int i = 0; i < 2; i++) {
      Memory.putLong(pieces + 16L * i, memory + 512);
      Memory.putLong(pieces + 16L * i + 8, 2);
    }
    // struct msghdr: only its pieces (at 16) and their number (at 24) are set.
    Memory.fill(message, 56, (byte) 0);
    Memory.putLong(message + 16, pieces);
    Memory.putLong(message + 24, 2);
    assertEquals(4, Sockets.sendmsg(fd, message, Sockets.MSG_NOSIGNAL));
  }

  private int pollIn(int fd, int timeoutMs) {
    long entry = memory + 1024;
    Memory.putInt(entry, fd);
    Memory.putShort(entry + 4, (short) Polling.POLLIN);
    Memory.putShort(entry + 6, (short) 0);
    return Polling.poll(entry, 1, timeoutMs);
  }
}
