package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Errno;
import java.net.InetAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One TCP socket. */
final class TcpConnection implements Connection, EventSource {

  private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

  /** Reads in a row before other sockets get their turn. */
  private static final int MAX_READS = 4;

  private enum State {
    RESOLVING,
    CONNECTING,
    CONNECTED,
    CLOSED
  }

  private final TcpTransport transport;
  private final FrameHandler handler;
  private final ConnectionMemory memory;
  private final SendQueue queue;
  private final FrameReceiver receiver;
  private final String peer;
  private final int port;

  private State state;
  private int fd = -1;
  private int interest;
  private boolean sendBlocked;
  private boolean inFlushList;
  private List<InetAddress> addresses = List.of();
  private int nextAddress;
  private Object attachment;

  TcpConnection(
      TcpTransport transport,
      FrameHandler handler,
      ConnectionMemory memory,
      TcpOptions options,
      String peer,
      int port) {
    this.transport = transport;
    this.handler = handler;
    this.memory = memory;
    this.queue = memory.sendQueue;
    this.peer = peer;
    this.port = port;
    this.receiver = new FrameReceiver(this, handler, memory, options);
    this.state = State.RESOLVING;
    queue.clear();
  }

  @Override
  public long claim() {
    return isOpen() ? queue.claim() : REFUSED;
  }

  @Override
  public void send(long payloadAddress, long token) {
    if (!isOpen()) {
      throw new IllegalStateException("send to " + peer + " after the connection was closed");
    }
    queue.add(payloadAddress, token);
    if (!inFlushList) {
      inFlushList = true;
      transport.addToFlush(this);
    }
  }

  @Override
  public int sendCapacity() {
    return isOpen() ? queue.free() : 0;
  }

  @Override
  public boolean isQueued(long token) {
    return isOpen() && queue.contains(token);
  }

  @Override
  public void resume() {
    if (isOpen()) {
      receiver.resume();
      if (isOpen()) {
        updateInterest();
      }
    }
  }

  @Override
  public void abandonPayload(long destination) {
    receiver.abandonPayload(destination);
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  @Override
  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  @Override
  public void close(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    closeSocket();
    transport.onClosed(this, memory);
    handler.onClosed(this, reason);
  }

  @Override
  public String toString() {
    return peer;
  }

  void closeForFault(String reason) {
    LOG.warn("closing the connection with {}: {}", peer, reason);
    close(reason);
  }

  /** The name was resolved: tries the addresses in their order. */
  void start(List<InetAddress> resolved) {
    if (state == State.RESOLVING) {
      addresses = resolved;
      state = State.CONNECTING;
      connectNext("no address");
    }
  }

  /** A socket that came in. */
  void accepted(int socket) {
    fd = socket;
    transport.poll().add(fd, 0, this);
    onConnected();
  }

  private void connectNext(String lastFailure) {
    String failure = lastFailure;
    while (nextAddress < addresses.size()) {
      InetAddress address = addresses.get(nextAddress++);
      fd = TcpSocket.open(address);
      int result = fd;
      if (fd >= 0) {
        result = TcpSocket.connect(fd, address, port);
        if (result == 0 || result == -Errno.EINPROGRESS) {
          interest = WRITABLE;
          transport.poll().add(fd, interest, this);
          return;
        }
        closeSocket();
      }
      failure = Errno.name(-result);
    }
    close(failure);
  }

  private void onConnected() {
    state = State.CONNECTED;
    TcpSocket.setNoDelay(fd);
    updateInterest();
    handler.onConnected(this);
    if (isOpen() && !queue.isEmpty() && !inFlushList) {
      inFlushList = true;
      transport.addToFlush(this);
    }
  }

  @Override
  public int onReady(int events) {
    if (state == State.CONNECTING) {
      int error = TcpSocket.error(fd);
      if (error != 0) {
        closeSocket();
        connectNext(Errno.name(error));
      } else {
        onConnected();
      }
      return 1;
    }
    int work = 0;
    if ((events & WRITABLE) != 0 && state == State.CONNECTED) {
      sendBlocked = false;
      work += flush();
      if (isOpen()) {
        updateInterest();
      }
    }
    if ((events & (READABLE | ERROR | HANG_UP)) != 0 && state == State.CONNECTED) {
      work += receive(events);
    }
    return work;
  }

  private int receive(int events) {
    if (receiver.isPaused()) {
      // Errors and hang-ups are reported also to those who do not want to read.
      if ((events & (ERROR | HANG_UP)) != 0) {
        close(events == HANG_UP ? "closed by the peer" : Errno.name(TcpSocket.error(fd)));
      }
      return 0;
    }
    int work = 0;
    for (int i = 0; i < MAX_READS && state == State.CONNECTED && !receiver.isPaused(); i++) {
      int elements = receiver.prepare();
      long room = receiver.preparedBytes();
      int received = TcpSocket.receive(fd, memory.receiveVector, elements);
      if (received == -Errno.EAGAIN || received == -Errno.EINTR) {
        break;
      }
      if (received <= 0) {
        close(received == 0 ? "closed by the peer" : Errno.name(-received));
        return work + 1;
      }
      work += 1 + receiver.onReceived(received);
      if (received < room) {
        break;
      }
    }
    return work;
  }

  /** Sends as much as the socket takes; returns the number of frames that left wholly. */
  int flush() {
    inFlushList = false;
    if (state != State.CONNECTED || sendBlocked) {
      return 0;
    }
    int frames = 0;
    while (state == State.CONNECTED && !queue.isEmpty()) {
      int elements = queue.gather();
      long wanted = queue.gatheredBytes();
      int sent = TcpSocket.send(fd, memory.messageHeader, queue.vector(), elements);
      if (sent == -Errno.EAGAIN || sent == -Errno.EINTR || sent == -Errno.ENOBUFS) {
        sent = 0;
      } else if (sent < 0) {
        close(Errno.name(-sent));
        return frames;
      }
      queue.advance(sent);
      while (state == State.CONNECTED && queue.isFirstSent()) {
        long token = queue.removeFirst();
        frames++;
        if (token != 0) {
          handler.onSent(this, token);
        }
      }
      if (sent < wanted) {
        sendBlocked = true;
        if (isOpen()) {
          updateInterest();
        }
        return frames;
      }
    }
    return frames;
  }

  void updateInterest() {
    int wanted = (receiver.isPaused() ? 0 : READABLE) | (sendBlocked ? WRITABLE : 0);
    if (wanted != interest) {
      interest = wanted;
      transport.poll().modify(fd, wanted);
    }
  }

  private void closeSocket() {
    if (fd >= 0) {
      transport.poll().remove(fd);
      TcpSocket.close(fd);
      fd = -1;
    }
  }
}
