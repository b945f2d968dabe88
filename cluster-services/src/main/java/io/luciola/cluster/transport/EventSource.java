package io.luciola.cluster.transport;

/** Something with a file descriptor in an {@link EventPoll}. */
@FunctionalInterface
public interface EventSource {

  /** Readiness: there is something to read, or the peer is gone. */
  int READABLE = 0x001;

  /** Readiness: there is room to write. */
  int WRITABLE = 0x004;

  /** Readiness: the descriptor is in error. Always reported. */
  int ERROR = 0x008;

  /** Readiness: the peer hung up. Always reported. */
  int HANG_UP = 0x010;

  /**
   * The descriptor is ready.
   *
   * @param events a combination of the bits above
   * @return how much was done; 0 when nothing came of it
   */
  int onReady(int events);
}
