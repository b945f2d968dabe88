package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP over non-blocking sockets, driven by an {@link EventPoll}. Frames of one connection that were
 * queued between two flushes leave in one system call, with payloads where they are.
 */
public final class TcpTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

  private static final int EAFNOSUPPORT = 97;

  private final EventPoll poll;
  private final TcpOptions options;
  private final Arena arena = Arena.ofShared();
  private final HostResolver resolver;
  private final long peerAddress = arena.allocate(Sockets.ADDRESS_BYTES, 8).address();
  private final List<TcpConnection> connections = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final ArrayDeque<ConnectionMemory> freeMemory = new ArrayDeque<>();
  private List<TcpConnection> toFlush = new ArrayList<>();
  private List<TcpConnection> flushing = new ArrayList<>();
  private boolean turnedAway;
  private boolean closed;

  /** A transport whose sockets are watched by {@code poll}, which the caller runs and closes. */
  public TcpTransport(EventPoll poll, TcpOptions options) {
    this.poll = poll;
    this.options = options;
    this.resolver = new HostResolver(poll);
  }

  @Override
  public Connection connect(String host, int port, FrameHandler handler) {
    TcpConnection connection = newConnection(TcpSocket.describe(host, port), port, handler);
    resolver.resolve(host, connection);
    return connection;
  }

  @Override
  public int listen(String host, int port, FrameHandler handler) {
    String name = TcpSocket.describe(host, port);
    InetAddress address;
    try {
      address = host.isEmpty() ? InetAddress.ofLiteral("::") : InetAddress.getByName(host);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + name + ": unknown host", e);
    }
    int fd = TcpSocket.open(address);
    if (fd == -EAFNOSUPPORT && host.isEmpty()) {
      // A machine without IPv6.
      address = InetAddress.ofLiteral("0.0.0.0");
      fd = TcpSocket.open(address);
    }
    int result = fd < 0 ? fd : TcpSocket.listen(fd, address, port);
    if (result < 0) {
      if (fd >= 0) {
        TcpSocket.close(fd);
      }
      throw new UncheckedIOException(
          new IOException("cannot listen on " + name + ": " + Errno.name(-result)));
    }
    Listener listener = new Listener(fd, handler);
    listeners.add(listener);
    poll.add(fd, EventSource.READABLE, listener);
    return TcpSocket.localPort(fd);
  }

  @Override
  public void registerMemory(long address, long lengthBytes) {
    // The kernel copies between sockets and any memory of the process.
  }

  @Override
  public int flush() {
    resolver.deliver();
    if (toFlush.isEmpty()) {
      return 0;
    }
    List<TcpConnection> now = toFlush;
    toFlush = flushing;
    flushing = now;
    int frames = 0;
    for (int i = 0; i < now.size(); i++) {
      frames += now.get(i).flush();
    }
    now.clear();
    return frames;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Listener listener : listeners) {
      poll.remove(listener.fd);
      TcpSocket.close(listener.fd);
    }
    for (TcpConnection connection : List.copyOf(connections)) {
      connection.close("shut down");
    }
    arena.close();
  }

  EventPoll poll() {
    return poll;
  }

  void addToFlush(TcpConnection connection) {
    toFlush.add(connection);
  }

  void onClosed(TcpConnection connection, ConnectionMemory memory) {
    connections.remove(connection);
    freeMemory.push(memory);
  }

  private TcpConnection newConnection(String peer, int port, FrameHandler handler) {
    if (closed) {
      throw new IllegalStateException("the transport is closed");
    }
    ConnectionMemory memory =
        freeMemory.isEmpty() ? new ConnectionMemory(arena, options) : freeMemory.pop();
    TcpConnection connection = new TcpConnection(this, handler, memory, options, peer, port);
    connections.add(connection);
    return connection;
  }

  /** A listening socket. */
  private final class Listener implements EventSource {
    private static final int MAX_ACCEPTS = 16;
    private final int fd;
    private final FrameHandler handler;

    Listener(int fd, FrameHandler handler) {
      this.fd = fd;
      this.handler = handler;
    }

    @Override
    public int onReady(int events) {
      int accepted = 0;
      while (accepted < MAX_ACCEPTS) {
        int socket = TcpSocket.accept(fd, peerAddress);
        if (socket < 0) {
          if (socket != -Errno.EAGAIN && socket != -Errno.EINTR && socket != -Errno.ECONNABORTED) {
            LOG.warn("cannot accept a connection: {}", Errno.name(-socket));
          }
          return accepted;
        }
        accepted++;
        admit(socket);
      }
      return accepted;
    }

    private void admit(int socket) {
      String peer = TcpSocket.describe(peerAddress);
      if (connections.size() < options.maxConnections()) {
        turnedAway = false;
        newConnection(peer, 0, handler).accepted(socket);
        return;
      }
      if (!turnedAway) {
        LOG.warn(
            "turning {} away: {} connections are open, the most that is allowed",
            peer,
            connections.size());
        turnedAway = true;
      }
      TcpSocket.close(socket);
    }
  }
}
