package io.luciola.blockstore.linux;

/**
 * Waiting for descriptors: poll, epoll and event counters. Results as in {@link Linux}: 0 or more,
 * or a negative errno; EINTR is the caller's to repeat.
 */
public final class Polling {

  /** Readable, for {@link #poll}. */
  public static final int POLLIN = 1;

  /** Writable, for {@link #poll}. */
  public static final int POLLOUT = 4;

  /** Failed; reported unasked. */
  public static final int POLLERR = 8;

  /** Hung up; reported unasked. */
  public static final int POLLHUP = 0x10;

  /** Readable, for epoll. */
  public static final int EPOLLIN = 1;

  /** Writable, for epoll. */
  public static final int EPOLLOUT = 4;

  /** Failed; reported unasked. */
  public static final int EPOLLERR = 8;

  /** Hung up; reported unasked. */
  public static final int EPOLLHUP = 0x10;

  /** The peer closed its sending side. */
  public static final int EPOLLRDHUP = 0x2000;

  /** Report changes only, not states. */
  public static final int EPOLLET = 1 << 31;

  /** {@link #epollCtl}: add a descriptor. */
  public static final int EPOLL_CTL_ADD = 1;

  /** {@link #epollCtl}: remove a descriptor. */
  public static final int EPOLL_CTL_DEL = 2;

  /** {@link #epollCtl}: change what a descriptor waits for. */
  public static final int EPOLL_CTL_MOD = 3;

  /** {@link #epollCreate1}: close on exec. */
  public static final int EPOLL_CLOEXEC = 0x80000;

  /** {@link #eventfd}: never block. */
  public static final int EFD_NONBLOCK = 0x800;

  /** {@link #eventfd}: close on exec. */
  public static final int EFD_CLOEXEC = 0x80000;

  /** Length of one event as {@link #epollWait} writes it: 4 bytes of events, 8 bytes of data. */
  public static final int EPOLL_EVENT_BYTES = 12;

  /** Where in an epoll event the caller's data is. */
  public static final int EPOLL_EVENT_DATA_OFFSET = 4;

  /** Length of one entry of {@link #poll}: fd 4, asked events 2, returned events 2. */
  public static final int POLLFD_BYTES = 8;

  private Polling() {}

  /**
   * Waits for any of {@code count} entries of {@link #POLLFD_BYTES}.
   *
   * @param timeoutMs -1 waits for ever, 0 not at all
   * @return how many entries have returned events
   */
  public static int poll(long pollfdsAddress, int count, int timeoutMs) {
    return (int) SystemCall.call(SystemCall.POLL, pollfdsAddress, count, timeoutMs);
  }

  /** Makes an epoll instance; returns its descriptor. */
  public static int epollCreate1(int flags) {
    return (int) SystemCall.call(SystemCall.EPOLL_CREATE1, flags);
  }

  /** Adds, changes or removes a descriptor; the event may be 0 for removal. */
  public static int epollCtl(int epollFd, int operation, int fd, long eventAddress) {
    return (int) SystemCall.call(SystemCall.EPOLL_CTL, epollFd, operation, fd, eventAddress);
  }

  /**
   * Waits for events and writes them to the address.
   *
   * @param timeoutMs -1 waits for ever, 0 not at all
   * @return how many events were written
   */
  public static int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMs) {
    return (int)
        SystemCall.call(SystemCall.EPOLL_WAIT, epollFd, eventsAddress, maxEvents, timeoutMs);
  }

  /** Makes an event counter; returns its descriptor. Written and read as 8-byte integers. */
  public static int eventfd(int initialValue, int flags) {
    return (int) SystemCall.call(SystemCall.EVENTFD2, Integer.toUnsignedLong(initialValue), flags);
  }
}
