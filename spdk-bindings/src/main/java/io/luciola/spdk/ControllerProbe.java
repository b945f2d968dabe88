package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One search for controllers, none of which is attached. */
final class ControllerProbe {

  private final List<TransportId> found = new ArrayList<>();
  private @Nullable RuntimeException failure;

  /** Called by SPDK for each controller; an exception must not get into C. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // found by its name; SPDK's parameters
  private boolean onFound(long context, long transportId, long options) {
    try {
      found.add(
          TransportIdStruct.read(
              MemorySegment.ofAddress(transportId).reinterpret(TransportIdStruct.BYTES)));
    } catch (RuntimeException e) {
      failure = e;
    }
    return false;
  }

  /** Called by SPDK for each attached controller, of which there are none. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // found by its name; SPDK's parameters
  private void onAttached(long context, long transportId, long controller, long options) {
    failure = new IllegalStateException("SPDK attached a controller that was only to be listed");
  }

  /**
   * Searches.
   *
   * @throws SpdkException when SPDK cannot search there
   */
  List<TransportId> run(TransportId where) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment onFound =
          stub(
              "onFound",
              MethodType.methodType(boolean.class, long.class, long.class, long.class),
              FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              arena);
      MemorySegment onAttached =
          stub(
              "onAttached",
              MethodType.methodType(void.class, long.class, long.class, long.class, long.class),
              FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              arena);
      int result = ControllerCalls.probe(TransportIdStruct.of(where, arena), onFound, onAttached);
      if (failure != null) {
        throw failure;
      }
      if (result != 0) {
        throw new SpdkException(
            "SPDK found no controllers at "
                + where
                + ": its log on standard error says why (result "
                + result
                + ")",
            Math.max(0, -result));
      }
      return List.copyOf(found);
    }
  }

  private MemorySegment stub(
      String method, MethodType type, FunctionDescriptor signature, Arena arena) {
    try {
      MethodHandle target =
          MethodHandles.lookup().findVirtual(ControllerProbe.class, method, type).bindTo(this);
      return Linker.nativeLinker().upcallStub(target, signature, arena);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The method is in this class", e);
    }
  }
}
