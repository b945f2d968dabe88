package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * What a polling thread looks at while it works and sleeps on while it idles: sockets, completion
 * descriptors of devices, and a wake-up from other threads, in one epoll instance.
 *
 * <p>Belongs to one thread; only {@link #wakeUp()} may be called by any.
 */
public final class EventPoll implements AutoCloseable {

  private static final int MAX_EVENTS = 256;
  private static final long NANOS_PER_MS = 1_000_000;

  private final Arena arena = Arena.ofShared();
  private final long events;
  private final long event;
  private final long counter;
  private final int epollFd;
  private final int wakeFd;
  private EventSource[] sources = new EventSource[64];
  private int[] generations = new int[64];
  private int ready;
  private volatile boolean closed;

  /**
   * Makes an epoll instance and a wake-up counter.
   *
   * @throws IllegalStateException when the process has no descriptors left
   */
  public EventPoll() {
    events = arena.allocate((long) MAX_EVENTS * Polling.EPOLL_EVENT_BYTES, 16).address();
    event = arena.allocate(Polling.EPOLL_EVENT_BYTES, 16).address();
    counter = arena.allocate(2 * Long.BYTES, 8).address();
    Memory.putLong(counter, 1);
    epollFd = orThrow(Polling.epollCreate1(Polling.EPOLL_CLOEXEC), "epoll_create1");
    wakeFd = orThrow(Polling.eventfd(0, Polling.EFD_NONBLOCK | Polling.EFD_CLOEXEC), "eventfd");
    add(wakeFd, EventSource.READABLE, this::onWakeUp);
  }

  /** Watches a descriptor for a combination of {@link EventSource}'s events. */
  public void add(int fd, int interest, EventSource source) {
    if (fd >= sources.length) {
      int room = Math.max(fd + 1, sources.length * 2);
      sources = Arrays.copyOf(sources, room);
      generations = Arrays.copyOf(generations, room);
    }
    sources[fd] = source;
    generations[fd]++;
    control(Polling.EPOLL_CTL_ADD, fd, interest);
  }

  /** Changes what a watched descriptor is watched for. */
  public void modify(int fd, int interest) {
    control(Polling.EPOLL_CTL_MOD, fd, interest);
  }

  /** Stops watching; events already seen are not delivered any more. */
  public void remove(int fd) {
    if (sources[fd] != null) {
      sources[fd] = null;
      control(Polling.EPOLL_CTL_DEL, fd, 0);
    }
  }

  /**
   * Delivers what is ready to the sources, without waiting.
   *
   * @return what the sources did
   */
  public int poll() {
    int count = ready > 0 ? ready : awaitReady(0);
    ready = 0;
    int work = 0;
    for (int i = 0; i < count; i++) {
      long at = events + (long) i * Polling.EPOLL_EVENT_BYTES;
      int fd = Memory.getInt(at + Polling.EPOLL_EVENT_DATA_OFFSET);
      int generation = Memory.getInt(at + Polling.EPOLL_EVENT_DATA_OFFSET + 4);
      EventSource source = sources[fd];
      // A source may have removed another one, or its descriptor may already be someone else's.
      if (source != null && generations[fd] == generation) {
        work += source.onReady(Memory.getInt(at));
      }
    }
    return work;
  }

  /**
   * Sleeps until something is ready, which the next {@link #poll()} delivers.
   *
   * @param timeoutNs for how long at most; rounded up to milliseconds
   */
  public void sleep(long timeoutNs) {
    if (ready == 0) {
      ready = awaitReady(timeoutNs);
    }
  }

  private int awaitReady(long timeoutNs) {
    int timeoutMs =
        (int) Math.min(Integer.MAX_VALUE, (timeoutNs + NANOS_PER_MS - 1) / NANOS_PER_MS);
    int count = Polling.epollWait(epollFd, events, MAX_EVENTS, timeoutMs);
    if (count < 0 && count != -Errno.EINTR) {
      throw new IllegalStateException("epoll_wait: " + Errno.describe(-count));
    }
    return Math.max(count, 0);
  }

  /** Ends the sleep of the owning thread, now or the next one. Any thread may call this. */
  public void wakeUp() {
    if (!closed) {
      Linux.write(wakeFd, counter, Long.BYTES);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Linux.close(wakeFd);
      Linux.close(epollFd);
      arena.close();
    }
  }

  private int onWakeUp(int ready) {
    Linux.read(wakeFd, counter + Long.BYTES, Long.BYTES);
    return 0;
  }

  private void control(int operation, int fd, int interest) {
    Memory.putInt(event, interest);
    Memory.putInt(event + Polling.EPOLL_EVENT_DATA_OFFSET, fd);
    Memory.putInt(event + Polling.EPOLL_EVENT_DATA_OFFSET + 4, generations[fd]);
    orThrow(Polling.epollCtl(epollFd, operation, fd, event), "epoll_ctl");
  }

  private static int orThrow(int result, String call) {
    if (result < 0) {
      throw new IllegalStateException(call + ": " + Errno.describe(-result));
    }
    return result;
  }
}
