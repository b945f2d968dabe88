package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Sockets;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The few things that are done with TCP sockets; results as in {@link Linux}. */
final class TcpSocket {

  /** Size of a kernel {@code msghdr}. */
  static final int MSGHDR_BYTES = 56;

  private static final int MSGHDR_VECTOR = 16;
  private static final int MSGHDR_VECTOR_ELEMENTS = 24;
  private static final int FLAGS = Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
  private static final int BACKLOG = 512;

  private TcpSocket() {}

  static int open(InetAddress address) {
    int family = address.getAddress().length == 4 ? Sockets.AF_INET : Sockets.AF_INET6;
    return Sockets.socket(family, Sockets.SOCK_STREAM | FLAGS, 0);
  }

  static int connect(int fd, InetAddress host, int port) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(Sockets.ADDRESS_BYTES, 8).address();
      int lengthBytes = Sockets.putAddress(address, new InetSocketAddress(host, port));
      return Sockets.connect(fd, address, lengthBytes);
    }
  }

  static int listen(int fd, InetAddress host, int port) {
    setFlag(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(Sockets.ADDRESS_BYTES, 8).address();
      int lengthBytes = Sockets.putAddress(address, new InetSocketAddress(host, port));
      int result = Sockets.bind(fd, address, lengthBytes);
      return result < 0 ? result : Sockets.listen(fd, BACKLOG);
    }
  }

  static int localPort(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(Sockets.ADDRESS_BYTES, 8).address();
      long length = arena.allocate(4, 4).address();
      Memory.putInt(length, Sockets.ADDRESS_BYTES);
      int result = Sockets.getsockname(fd, address, length);
      return result < 0 ? result : Sockets.portAt(address);
    }
  }

  /** Accepts a connection and writes the peer's address, {@link Sockets#ADDRESS_BYTES} of it. */
  static int accept(int fd, long peerAddress) {
    try (Arena arena = Arena.ofConfined()) {
      long length = arena.allocate(4, 4).address();
      Memory.putInt(length, Sockets.ADDRESS_BYTES);
      return Sockets.accept4(fd, peerAddress, length, FLAGS);
    }
  }

  static int error(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      long value = arena.allocate(8, 8).address();
      Memory.putInt(value + 4, 4);
      int result = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR, value, value + 4);
      return result < 0 ? -result : Memory.getInt(value);
    }
  }

  static void setNoDelay(int fd) {
    setFlag(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY);
  }

  static int send(int fd, long messageHeader, long vector, int elements) {
    Memory.putLong(messageHeader + MSGHDR_VECTOR, vector);
    Memory.putLong(messageHeader + MSGHDR_VECTOR_ELEMENTS, elements);
    return (int) Sockets.sendmsg(fd, messageHeader, Sockets.MSG_NOSIGNAL | Sockets.MSG_DONTWAIT);
  }

  static int receive(int fd, long vector, int elements) {
    return (int) Linux.readv(fd, vector, elements);
  }

  static void close(int fd) {
    Linux.close(fd);
  }

  /** An address as {@link Sockets#putAddress} writes it, in words. */
  static String describe(long address) {
    boolean inet4 = Memory.getShort(address) == Sockets.AF_INET;
    byte[] bytes = new byte[inet4 ? 4 : 16];
    Memory.get(address + (inet4 ? 4 : 8), bytes, 0, bytes.length);
    try {
      return describe(InetAddress.getByAddress(bytes).getHostAddress(), Sockets.portAt(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /** Host and port, IPv6 addresses in brackets. */
  static String describe(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]:" : host + ":") + port;
  }

  private static void setFlag(int fd, int level, int option) {
    try (Arena arena = Arena.ofConfined()) {
      long value = arena.allocate(4, 4).address();
      Memory.putInt(value, 1);
      Sockets.setsockopt(fd, level, option, value, 4);
    }
  }
}
