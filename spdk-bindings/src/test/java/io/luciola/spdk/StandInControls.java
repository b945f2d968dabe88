package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of the stand-in's {@code control.c}; pointers are longs. */
final class StandInControls {

  private static final long LIBRARY = DynamicLinker.open(StandInSpdk.location().library());

  private static final MethodHandle CREATE =
      handle("create", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
  private static final MethodHandle ADD_NAMESPACE =
      handle(
          "add_namespace",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle DESTROY =
      handle("destroy", FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle DATA =
      handle("data", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SET =
      handle("set", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle GET =
      handle("get", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READ_LOOP =
      handle(
          "read_loop",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));

  private StandInControls() {}

  /** Returns how many reads succeeded. */
  static long readLoop(long drive, long address, int sectors, int depth, long reads) {
    try {
      return (long) READ_LOOP.invokeExact(drive, address, sectors, depth, reads);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long create(TransportId where, int sectorBytes, long sectors) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(where.toString());
      long drive = (long) CREATE.invokeExact(text.address(), sectorBytes, sectors);
      if (drive == 0) {
        throw new IllegalStateException("The stand-in makes no drive at " + where);
      }
      return drive;
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void addNamespace(long drive, int sectorBytes, long sectors, int metadataBytes) {
    int id;
    try {
      id = (int) ADD_NAMESPACE.invokeExact(drive, sectorBytes, sectors, metadataBytes);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
    if (id < 1) {
      throw new IllegalStateException("The stand-in's drive takes no more namespaces");
    }
  }

  static void destroy(long drive) {
    try {
      DESTROY.invokeExact(drive);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long data(long drive, int namespace) {
    try {
      return (long) DATA.invokeExact(drive, namespace);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static void set(long drive, String name, long value) {
    try (Arena arena = Arena.ofConfined()) {
      SET.invokeExact(drive, arena.allocateFrom(name).address(), value);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  static long get(long drive, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) GET.invokeExact(drive, arena.allocateFrom(name).address());
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  /** Calls a control function that takes a number, of the whole library. */
  static void setGlobal(String function, long value) {
    try {
      handle(function, FunctionDescriptor.ofVoid(JAVA_LONG)).invokeExact(value);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  /** Calls a control function that returns a number or a pointer, of the whole library. */
  static long getGlobal(String function) {
    try {
      return (long) handle(function, FunctionDescriptor.of(JAVA_LONG)).invokeExact();
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  /** A copy of a struct that the library was given last. */
  static byte[] lastStruct(String name, long sizeBytes) {
    return MemorySegment.ofAddress(getGlobal("last_" + name))
        .reinterpret(sizeBytes)
        .toArray(JAVA_BYTE);
  }

  private static MethodHandle handle(String name, FunctionDescriptor signature) {
    long address = DynamicLinker.find(LIBRARY, "standin_" + name);
    if (address == 0) {
      throw new IllegalStateException("The stand-in has no function standin_" + name);
    }
    return Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(address), signature);
  }
}
