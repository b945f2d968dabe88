package io.luciola.blockstore.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The one way into the kernel: libc's {@code syscall}, with errno captured per thread.
 *
 * <p>A plain downcall, never {@code Linker.Option.critical}: a thread that spins over critical
 * calls can keep the JVM from reaching a safepoint.
 */
final class SystemCall {

  // Numbers of x86-64, from the kernel's syscall_64.tbl.
  static final int READ = 0;
  static final int WRITE = 1;
  static final int OPEN = 2;
  static final int CLOSE = 3;
  static final int FSTAT = 5;
  static final int POLL = 7;
  static final int MMAP = 9;
  static final int MUNMAP = 11;
  static final int IOCTL = 16;
  static final int PREAD64 = 17;
  static final int PWRITE64 = 18;
  static final int READV = 19;
  static final int WRITEV = 20;
  static final int MADVISE = 28;
  static final int SOCKET = 41;
  static final int CONNECT = 42;
  static final int SENDTO = 44;
  static final int RECVFROM = 45;
  static final int SENDMSG = 46;
  static final int SHUTDOWN = 48;
  static final int BIND = 49;
  static final int LISTEN = 50;
  static final int GETSOCKNAME = 51;
  static final int SOCKETPAIR = 53;
  static final int SETSOCKOPT = 54;
  static final int GETSOCKOPT = 55;
  static final int KILL = 62;
  static final int FLOCK = 73;
  static final int FSYNC = 74;
  static final int FDATASYNC = 75;
  static final int FTRUNCATE = 77;
  static final int GETUID = 102;
  static final int GETGID = 104;
  static final int MOUNT = 165;
  static final int UMOUNT2 = 166;
  static final int EPOLL_WAIT = 232;
  static final int EPOLL_CTL = 233;
  static final int FALLOCATE = 285;
  static final int ACCEPT4 = 288;
  static final int EVENTFD2 = 290;
  static final int EPOLL_CREATE1 = 291;
  static final int IO_URING_SETUP = 425;
  static final int IO_URING_ENTER = 426;
  static final int IO_URING_REGISTER = 427;

  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);
  private static final MethodHandle SYSCALL =
      link(VARIADIC, Linker.Option.captureCallState("errno"));
  private static final MethodHandle PLAIN_SYSCALL = link(VARIADIC);

  // Memory that lives as long as its thread: the JVM overwrites errno itself between two calls.
  private static final ThreadLocal<MemorySegment> ERRNO =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private SystemCall() {}

  /** Result of the system call, or the negative errno. */
  static long call(int number, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = ERRNO.get();
    long result;
    try {
      result = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("A downcall does not throw", t);
    }
    return result == -1 ? -state.get(JAVA_INT, 0) : result;
  }

  static long call(int number, long a, long b, long c, long d) {
    return call(number, a, b, c, d, 0, 0);
  }

  static long call(int number, long a, long b, long c) {
    return call(number, a, b, c, 0, 0, 0);
  }

  static long call(int number, long a, long b) {
    return call(number, a, b, 0, 0, 0, 0);
  }

  static long call(int number, long a) {
    return call(number, a, 0, 0, 0, 0, 0);
  }

  /**
   * As {@link #call}, for calls whose failure changes nothing: only a failed one is made again with
   * errno captured. Capturing makes an object per call until the JVM's optimizing compiler has seen
   * through it, which it does late where calls are rare; this makes none.
   */
  static long callRepeatable(int number, long a, long b, long c, long d, long e, long f) {
    long result = callPlain(number, a, b, c, d, e, f);
    return result == -1 ? call(number, a, b, c, d, e, f) : result;
  }

  /** Makes the call, and tells only whether it failed. */
  static boolean succeeds(int number, long a, long b, long c, long d, long e, long f) {
    return callPlain(number, a, b, c, d, e, f) != -1;
  }

  private static long callPlain(int number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) PLAIN_SYSCALL.invokeExact((long) number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("A downcall does not throw", t);
    }
  }

  private static MethodHandle link(Linker.Option... options) {
    String os = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch");
    if (!"Linux".equals(os) || !"amd64".equals(architecture)) {
      throw new UnsupportedOperationException(
          "Luciola's block store needs Linux on x86-64; this is " + os + " on " + architecture);
    }
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        options);
  }
}
