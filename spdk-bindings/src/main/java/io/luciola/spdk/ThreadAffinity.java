package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The processors that the current thread may run on; {@link #close} makes them those again. */
final class ThreadAffinity implements AutoCloseable {

  private static final int MASK_BYTES = 1024;
  private static final int THIS_THREAD = 0;

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle GET = LibC.function("sched_getaffinity", SIGNATURE);
  private static final MethodHandle SET = LibC.function("sched_setaffinity", SIGNATURE);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);

  private ThreadAffinity() {
    call(GET, "read");
  }

  static ThreadAffinity save() {
    return new ThreadAffinity();
  }

  /** Number of the first processor that the thread may run on. */
  int firstProcessor() {
    for (int i = 0; i < MASK_BYTES; i++) {
      int bits = Byte.toUnsignedInt(mask.get(JAVA_BYTE, i));
      if (bits != 0) {
        return i * Byte.SIZE + Integer.numberOfTrailingZeros(bits);
      }
    }
    throw new SpdkException("The current thread may run on no processor");
  }

  @Override
  public void close() {
    call(SET, "set");
    arena.close();
  }

  private void call(MethodHandle function, String what) {
    int result;
    try {
      result = (int) function.invokeExact(THIS_THREAD, (long) MASK_BYTES, mask);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
    if (result != 0) {
      throw new SpdkException("The current thread's processors cannot be " + what);
    }
  }
}
