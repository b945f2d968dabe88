package io.luciola.fio.engine.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.luciola.fio.engine.FileRegion;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Drops a file from the page cache, so that reads reach the disk. */
final class PageCache {

  private static final int POSIX_FADV_DONTNEED = 4;

  private static final MethodHandle FADVISE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("posix_fadvise"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

  private PageCache() {}

  /** Only a hint: where the kernel does not follow it, the first reads are merely faster. */
  static void drop(int fd, FileRegion region) {
    try {
      int ignored =
          (int)
              FADVISE.invokeExact(
                  fd, region.offsetBytes(), region.lengthBytes(), POSIX_FADV_DONTNEED);
    } catch (Throwable t) {
      throw new AssertionError("A downcall does not throw", t);
    }
  }
}
