package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls of SPDK's environment: start and end, memory, log. */
final class EnvironmentCalls {

  private static final int ANY_NUMA_NODE = -1;
  private static final int MALLOC_DMA = 1;

  private static final SpdkLibrary SPDK = SpdkLibrary.loaded();
  private static final MethodHandle OPTS_INIT =
      SPDK.call(SpdkFunction.ENV_OPTS_INIT, FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle INIT =
      SPDK.call(SpdkFunction.ENV_INIT, FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle FINI =
      SPDK.call(SpdkFunction.ENV_FINI, FunctionDescriptor.ofVoid());
  private static final MethodHandle ZMALLOC =
      SPDK.call(
          SpdkFunction.ZMALLOC,
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle FREE =
      SPDK.call(SpdkFunction.FREE, FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final FunctionDescriptor RANGE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MEM_REGISTER = SPDK.call(SpdkFunction.MEM_REGISTER, RANGE);
  private static final MethodHandle MEM_UNREGISTER = SPDK.call(SpdkFunction.MEM_UNREGISTER, RANGE);
  private static final FunctionDescriptor LEVEL = FunctionDescriptor.ofVoid(JAVA_INT);
  private static final MethodHandle SET_LEVEL = SPDK.call(SpdkFunction.LOG_SET_LEVEL, LEVEL);
  private static final MethodHandle SET_PRINT_LEVEL =
      SPDK.call(SpdkFunction.LOG_SET_PRINT_LEVEL, LEVEL);

  private EnvironmentCalls() {}

  static void defaultOptions(MemorySegment options) {
    try {
      OPTS_INIT.invokeExact(options);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int start(MemorySegment options) {
    try {
      return (int) INIT.invokeExact(options);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void end() {
    try {
      FINI.invokeExact();
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long allocate(long lengthBytes, long alignmentBytes) {
    try {
      return (long) ZMALLOC.invokeExact(lengthBytes, alignmentBytes, 0L, ANY_NUMA_NODE, MALLOC_DMA);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int register(long address, long lengthBytes) {
    try {
      return (int) MEM_REGISTER.invokeExact(address, lengthBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static int unregister(long address, long lengthBytes) {
    try {
      return (int) MEM_UNREGISTER.invokeExact(address, lengthBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void setLogLevel(int level) {
    try {
      SET_LEVEL.invokeExact(level);
      SET_PRINT_LEVEL.invokeExact(level);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }
}
