package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Loads shared libraries with their symbols visible to the libraries loaded after them, which
 * SPDK's parts need and {@code System.load} does not offer.
 */
final class DynamicLinker {

  private static final int RTLD_NOW = 0x2;
  private static final int RTLD_GLOBAL = 0x100;

  private static final MethodHandle DLOPEN =
      LibC.function("dlopen", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
  private static final MethodHandle DLSYM =
      LibC.function("dlsym", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
  private static final MethodHandle DLERROR =
      LibC.function("dlerror", FunctionDescriptor.of(ADDRESS));

  private DynamicLinker() {}

  /** Loads a library; it stays until the process ends. */
  static long open(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(file.toAbsolutePath().toString());
      long handle = (long) DLOPEN.invokeExact(name, RTLD_NOW | RTLD_GLOBAL);
      if (handle == 0) {
        throw new SpdkException("Cannot load " + file + ": " + lastError());
      }
      return handle;
    } catch (SpdkException e) {
      throw e;
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  /** Address of a symbol of the library or of what it needs, 0 where there is none. */
  static long find(long handle, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) DLSYM.invokeExact(handle, arena.allocateFrom(name));
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  private static String lastError() throws Throwable {
    MemorySegment message = (MemorySegment) DLERROR.invokeExact();
    return message.equals(MemorySegment.NULL)
        ? "the dynamic linker does not say why"
        : message.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
