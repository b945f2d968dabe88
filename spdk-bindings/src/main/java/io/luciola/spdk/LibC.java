package io.luciola.spdk;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Functions of the C library, by the names they have there. */
final class LibC {

  private LibC() {}

  static MethodHandle function(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
  }

  /** For the catch of a call that is linked right and so throws nothing. */
  static AssertionError impossible(Throwable thrown) {
    return new AssertionError("A call into C does not throw", thrown);
  }
}
