package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Puts the handler of a signal back as it was, whatever took it in between. */
final class SignalGuard implements AutoCloseable {

  private static final int SIGBUS = 7;
  // struct sigaction of glibc has 152 bytes; nothing here looks inside.
  private static final long ACTION_BYTES = 256;
  private static final long ALIGNMENT = 16;

  private static final MethodHandle SIGACTION =
      LibC.function("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment saved = arena.allocate(ACTION_BYTES, ALIGNMENT);
  private final int signal;

  private SignalGuard(int signal) {
    this.signal = signal;
    act(MemorySegment.NULL, saved);
  }

  /** Guards the signal by which the JVM tells that a mapped file has become shorter. */
  static SignalGuard ofBusErrors() {
    return new SignalGuard(SIGBUS);
  }

  @Override
  public void close() {
    act(saved, MemorySegment.NULL);
    arena.close();
  }

  private void act(MemorySegment action, MemorySegment previous) {
    int result;
    try {
      result = (int) SIGACTION.invokeExact(signal, action, previous);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
    if (result != 0) {
      throw new SpdkException("The handler of signal " + signal + " cannot be read or set");
    }
  }
}
