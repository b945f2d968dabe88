package io.luciola.spdk;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SPDK's library once it is loaded: where each of its functions is. */
final class SpdkLibrary {

  private static volatile @Nullable SpdkLibrary loaded;

  private final Map<SpdkFunction, Long> addresses;

  private SpdkLibrary(Map<SpdkFunction, Long> addresses) {
    this.addresses = addresses;
  }

  /**
   * Loads the library for the rest of the process's life and looks every function up.
   *
   * @throws SpdkException when it cannot be loaded, or a function is not in it
   */
  static SpdkLibrary load(Path file) {
    long handle;
    // SPDK takes SIGBUS for itself as it is loaded; the JVM needs it for mapped files.
    try (SignalGuard _ = SignalGuard.ofBusErrors()) {
      handle = DynamicLinker.open(file);
    }
    Map<SpdkFunction, Long> addresses = new EnumMap<>(SpdkFunction.class);
    List<String> missing = new ArrayList<>();
    for (SpdkFunction function : SpdkFunction.values()) {
      long address = find(handle, function);
      if (address == 0) {
        missing.add(function.symbol());
      } else {
        addresses.put(function, address);
      }
    }
    if (!missing.isEmpty()) {
      throw new SpdkException(
          file
              + " lacks "
              + String.join(", ", missing)
              + ": SPDK 24.01 or newer is needed, and an umbrella library must name all of SPDK's"
              + " libraries");
    }
    return new SpdkLibrary(addresses);
  }

  /**
   * Makes this library the one that all calls go to. Must come before the first use of a class of
   * calls: those keep their handles in static final fields, which is what makes them fast.
   */
  void use() {
    loaded = this;
  }

  /** The library that calls go to. */
  static SpdkLibrary loaded() {
    SpdkLibrary library = loaded;
    if (library == null) {
      throw new IllegalStateException("SPDK is not started: call Spdk.start first");
    }
    return library;
  }

  private static long find(long handle, SpdkFunction function) {
    long address = DynamicLinker.find(handle, function.symbol());
    return address != 0 ? address : DynamicLinker.find(handle, function.olderSymbol());
  }

  /** Where the function is. */
  long address(SpdkFunction function) {
    return addresses.get(function);
  }

  /** A call of the function, which may take long and may call back into Java. */
  MethodHandle call(SpdkFunction function, FunctionDescriptor signature) {
    return Linker.nativeLinker().downcallHandle(target(function), signature);
  }

  /** The same for the data path: see {@link #useOnce}. */
  MethodHandle frequentCall(SpdkFunction function, FunctionDescriptor signature) {
    return linkOfDataPath(function, signature);
  }

  /**
   * A call of a function of the data path that returns within microseconds and never calls back
   * into Java: the thread stays in the JVM's eyes a Java thread, which saves the transitions.
   */
  MethodHandle briefCall(SpdkFunction function, FunctionDescriptor signature) {
    return linkOfDataPath(function, signature, Linker.Option.critical(false));
  }

  private MethodHandle linkOfDataPath(
      SpdkFunction function, FunctionDescriptor signature, Linker.Option... options) {
    MethodHandle anyFunction = Linker.nativeLinker().downcallHandle(signature, options);
    useOnce(anyFunction);
    return anyFunction.bindTo(target(function));
  }

  /**
   * Calls {@code getpid}, which does not care for its arguments, by the handle. The first use of a
   * handle initializes a class of the JVM's, and takes the check for it out of the handle. A
   * compiler that sees the handle before, in a branch that was not taken yet, compiles the check
   * in; it then allocates an object at every call.
   */
  private static void useOnce(MethodHandle anyFunction) {
    Object[] arguments = new Object[anyFunction.type().parameterCount()];
    arguments[0] = Linker.nativeLinker().defaultLookup().findOrThrow("getpid");
    for (int i = 1; i < arguments.length; i++) {
      Class<?> type = anyFunction.type().parameterType(i);
      arguments[i] = type == long.class ? 0L : type == int.class ? (Object) 0 : (Object) (short) 0;
    }
    try {
      anyFunction.invokeWithArguments(arguments);
    } catch (Throwable t) {
      throw LibC.impossible(t);
    }
  }

  private MemorySegment target(SpdkFunction function) {
    return MemorySegment.ofAddress(address(function));
  }
}
