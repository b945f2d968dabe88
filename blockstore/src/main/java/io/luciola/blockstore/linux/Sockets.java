package io.luciola.blockstore.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Socket calls. Results as in {@link Linux}: 0 or more, or a negative errno. Socket addresses are
 * kernel structures in memory; {@link #putAddress} writes them.
 */
public final class Sockets {

  /** Family: on this host, by path or unnamed. */
  public static final int AF_UNIX = 1;

  /** Family: IPv4. */
  public static final int AF_INET = 2;

  /** Family: IPv6. */
  public static final int AF_INET6 = 10;

  /** Type: a stream of bytes. */
  public static final int SOCK_STREAM = 1;

  /** Type: whole messages, in order, connected. */
  public static final int SOCK_SEQPACKET = 5;

  /** Added to the type: never block. */
  public static final int SOCK_NONBLOCK = 0x800;

  /** Added to the type: close on exec. */
  public static final int SOCK_CLOEXEC = 0x80000;

  /** Level of options of all sockets. */
  public static final int SOL_SOCKET = 1;

  /** Level of options of TCP. */
  public static final int IPPROTO_TCP = 6;

  /** {@link #SOL_SOCKET}: listen on an address that was in use a moment ago. */
  public static final int SO_REUSEADDR = 2;

  /** {@link #SOL_SOCKET}: the pending error, for reading. */
  public static final int SO_ERROR = 4;

  /** {@link #SOL_SOCKET}: bytes of send buffer. */
  public static final int SO_SNDBUF = 7;

  /** {@link #SOL_SOCKET}: bytes of receive buffer. */
  public static final int SO_RCVBUF = 8;

  /** {@link #IPPROTO_TCP}: send small segments at once. */
  public static final int TCP_NODELAY = 1;

  /** {@link #recv} and {@link #send}: do not block. */
  public static final int MSG_DONTWAIT = 0x40;

  /** {@link #send}: answer EPIPE, raise no signal. Always wanted. */
  public static final int MSG_NOSIGNAL = 0x4000;

  /** {@link #shutdown}: no more receiving. */
  public static final int SHUT_RD = 0;

  /** {@link #shutdown}: no more sending. */
  public static final int SHUT_WR = 1;

  /** {@link #shutdown}: both. */
  public static final int SHUT_RDWR = 2;

  /** Room enough for any address of {@link #putAddress}. */
  public static final int ADDRESS_BYTES = 28;

  private static final int INET_BYTES = 16;
  private static final int INET6_BYTES = 28;

  private Sockets() {}

  /** Makes a socket; returns its descriptor. */
  public static int socket(int family, int type, int protocol) {
    return (int) SystemCall.call(SystemCall.SOCKET, family, type, protocol);
  }

  /** Makes two connected sockets and writes their descriptors as two {@code int}s. */
  public static int socketpair(int family, int type, int protocol, long pairAddress) {
    return (int) SystemCall.call(SystemCall.SOCKETPAIR, family, type, protocol, pairAddress);
  }

  /** Sets an option from the value at the address. */
  public static int setsockopt(
      int fd, int level, int option, long valueAddress, int valueLengthBytes) {
    return (int)
        SystemCall.call(
            SystemCall.SETSOCKOPT, fd, level, option, valueAddress, valueLengthBytes, 0);
  }

  /** Reads an option; the {@code int} at {@code lengthAddress} holds the room, then the length. */
  public static int getsockopt(
      int fd, int level, int option, long valueAddress, long lengthAddress) {
    return (int)
        SystemCall.call(SystemCall.GETSOCKOPT, fd, level, option, valueAddress, lengthAddress, 0);
  }

  /** Binds to a local address. */
  public static int bind(int fd, long addressAddress, int addressLengthBytes) {
    return (int) SystemCall.call(SystemCall.BIND, fd, addressAddress, addressLengthBytes);
  }

  /** Starts to accept connections. */
  public static int listen(int fd, int backlog) {
    return (int) SystemCall.call(SystemCall.LISTEN, fd, backlog);
  }

  /** Accepts a connection; returns its descriptor. The addresses may be 0. */
  public static int accept4(int fd, long addressAddress, long addressLengthAddress, int flags) {
    return (int)
        SystemCall.call(SystemCall.ACCEPT4, fd, addressAddress, addressLengthAddress, flags);
  }

  /** Connects; a non-blocking socket answers EINPROGRESS. */
  public static int connect(int fd, long addressAddress, int addressLengthBytes) {
    return (int) SystemCall.call(SystemCall.CONNECT, fd, addressAddress, addressLengthBytes);
  }

  /** Writes the local address; the {@code int} length holds the room, then the length. */
  public static int getsockname(int fd, long addressAddress, long addressLengthAddress) {
    return (int) SystemCall.call(SystemCall.GETSOCKNAME, fd, addressAddress, addressLengthAddress);
  }

  /** Ends one or both directions. */
  public static int shutdown(int fd, int how) {
    return (int) SystemCall.call(SystemCall.SHUTDOWN, fd, how);
  }

  /** Receives; returns the bytes received, 0 when the peer ended the stream. */
  public static long recv(int fd, long address, long lengthBytes, int flags) {
    return SystemCall.call(SystemCall.RECVFROM, fd, address, lengthBytes, flags);
  }

  /** Sends; returns the bytes sent, maybe fewer than asked. */
  public static long send(int fd, long address, long lengthBytes, int flags) {
    return SystemCall.call(SystemCall.SENDTO, fd, address, lengthBytes, flags);
  }

  /** Sends what a kernel {@code msghdr} at the address describes. */
  public static long sendmsg(int fd, long messageAddress, int flags) {
    return SystemCall.call(SystemCall.SENDMSG, fd, messageAddress, flags);
  }

  /** Writes an IPv4 or IPv6 address for the kernel; returns its length in bytes. */
  public static int putAddress(long address, InetSocketAddress socketAddress) {
    InetAddress host = Objects.requireNonNull(socketAddress.getAddress(), "unresolved host name");
    boolean inet4 = host instanceof Inet4Address;
    int lengthBytes = inet4 ? INET_BYTES : INET6_BYTES;
    Memory.fill(address, lengthBytes, (byte) 0);
    Memory.putShort(address, (short) (inet4 ? AF_INET : AF_INET6));
    Memory.putShort(address + 2, Short.reverseBytes((short) socketAddress.getPort()));
    byte[] bytes = host.getAddress();
    long hostAddress = address + (inet4 ? 4 : 8);
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(hostAddress + i, bytes[i]);
    }
    return lengthBytes;
  }

  /** The port in an IPv4 or IPv6 address as the kernel wrote it. */
  public static int portAt(long address) {
    return Short.toUnsignedInt(Short.reverseBytes(Memory.getShort(address + 2)));
  }
}
