package io.luciola.fio.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.luciola.fio.stats.Usage;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What the calling thread has used of the processor: getrusage(2) with RUSAGE_THREAD. */
final class ThreadUsage {

  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final int RUSAGE_THREAD = 1;
  private static final int RUSAGE_BYTES = 144;
  private static final int MINOR_FAULTS = 64;
  private static final int MAJOR_FAULTS = 72;
  private static final int VOLUNTARY_SWITCHES = 128;
  private static final int FORCED_SWITCHES = 136;

  private static final MethodHandle GETRUSAGE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, POINTER));

  private ThreadUsage() {}

  /** All that the calling thread has used since it was started. */
  static Usage now() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
      int result = (int) GETRUSAGE.invokeExact(RUSAGE_THREAD, usage);
      if (result != 0) {
        throw new IllegalStateException("getrusage failed");
      }
      return new Usage(
          time(usage, 0),
          time(usage, 16),
          usage.get(JAVA_LONG, VOLUNTARY_SWITCHES) + usage.get(JAVA_LONG, FORCED_SWITCHES),
          usage.get(JAVA_LONG, MAJOR_FAULTS),
          usage.get(JAVA_LONG, MINOR_FAULTS));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError("A downcall does not throw", t);
    }
  }

  private static long time(MemorySegment usage, int offset) {
    return usage.get(JAVA_LONG, offset) * 1_000_000_000 + usage.get(JAVA_LONG, offset + 8) * 1_000;
  }
}
