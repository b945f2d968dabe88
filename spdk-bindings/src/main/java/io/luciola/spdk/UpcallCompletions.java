package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Completions by which SPDK calls into Java: one stub for the process, which records the status in
 * the slot. The handler of the queue pair is called later, when SPDK has returned, so that it may
 * submit commands and throw.
 */
final class UpcallCompletions implements CompletionPath {

  private static final long STATUS = 14;
  private static final int INDEX_SHIFT = 32;
  private static final MemorySegment ALL_MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long CALLBACK = stub();

  private static final Object REGISTRATION = new Object();
  // By the index in the callback's argument. Replaced when one comes or goes, never changed: the
  // thread of a queue pair finds its own entry in any version since the queue pair was opened.
  private static volatile CommandSlots[] registered = new CommandSlots[0];

  private final long index;

  UpcallCompletions(CommandSlots slots) {
    index = register(slots);
  }

  private static long stub() {
    try {
      return Linker.nativeLinker()
          .upcallStub(
              MethodHandles.lookup()
                  .findStatic(
                      UpcallCompletions.class,
                      "onCompletion",
                      MethodType.methodType(void.class, long.class, long.class)),
              FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG),
              Arena.global())
          .address();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The method is in this class", e);
    }
  }

  /** Called by SPDK, in the thread that polls, submits or frees the queue pair. Throws nothing. */
  @SuppressWarnings("UnusedMethod") // found by its name
  private static void onCompletion(long argument, long completion) {
    int word = ALL_MEMORY.get(JAVA_SHORT, completion + STATUS);
    registered[(int) (argument >>> INDEX_SHIFT)].complete(
        (int) argument, NvmeStatus.ofCompletion(word));
  }

  private static long register(CommandSlots slots) {
    synchronized (REGISTRATION) {
      CommandSlots[] copy = registered;
      int index = 0;
      while (index < copy.length && copy[index] != null) {
        index++;
      }
      copy = Arrays.copyOf(copy, Math.max(copy.length, index + 1));
      copy[index] = slots;
      registered = copy;
      return index;
    }
  }

  @Override
  public boolean upcalls() {
    return true;
  }

  @Override
  public long callback() {
    return CALLBACK;
  }

  @Override
  public long argument(int slot) {
    return index << INDEX_SHIFT | slot;
  }

  @Override
  public void submitting(int slot) {
    // The slot says itself that it is in flight.
  }

  @Override
  public void refused(int slot) {
    // As above.
  }

  @Override
  public void collect(int expected) {
    // The upcalls have recorded what there is.
  }

  @Override
  public void collectAll() {
    // As above.
  }

  @Override
  public void close() {
    synchronized (REGISTRATION) {
      CommandSlots[] copy = registered.clone();
      copy[(int) index] = null;
      registered = copy;
    }
  }
}
