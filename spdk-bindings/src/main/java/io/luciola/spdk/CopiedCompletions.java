package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Completions that SPDK copies into memory, by a function of its own.
 *
 * <p>SPDK calls back with {@code (argument, completion)}, and a completion has 16 bytes. {@code
 * spdk_uuid_copy} takes {@code (destination, source)} and copies 16 bytes. So that function as
 * callback, with memory for each slot as argument, brings the whole completion to where Java finds
 * it, without a call into Java. {@link #check} makes sure once that the function does just that.
 */
final class CopiedCompletions implements CompletionPath {

  private static final long BYTES = 16;
  private static final int SHIFT = 4;
  private static final long SECOND_HALF = 8;
  private static final int STATUS_SHIFT = 48;
  // No completion looks so: it would be of a queue and a command that cannot be.
  private static final long PENDING = -1;
  private static final long CACHE_LINE = 64;

  private final CommandSlots slots;
  private final long callback;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final long base;

  // Slots in flight, in the order of submission, in which they mostly complete.
  private final int[] inFlight;
  private int inFlightCount;
  private int nextLook;

  CopiedCompletions(CommandSlots slots) {
    this.slots = slots;
    callback = SpdkLibrary.loaded().address(SpdkFunction.UUID_COPY);
    memory = arena.allocate(slots.depth() * BYTES, CACHE_LINE);
    base = memory.address();
    inFlight = new int[slots.depth()];
  }

  /**
   * Makes sure that the callback copies 16 bytes, no more and no less.
   *
   * @throws SpdkException when it does not
   */
  static void check(SpdkLibrary library) {
    MethodHandle copy =
        library.call(SpdkFunction.UUID_COPY, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(2 * BYTES, BYTES);
      MemorySegment destination = arena.allocate(2 * BYTES, BYTES);
      for (int i = 0; i < 2 * BYTES; i++) {
        source.set(JAVA_BYTE, i, (byte) (i + 1));
      }
      try {
        copy.invokeExact(destination.address(), source.address());
      } catch (Throwable t) {
        throw LibC.impossible(t);
      }
      boolean copied =
          destination.asSlice(0, BYTES).mismatch(source.asSlice(0, BYTES)) == -1
              && destination.get(JAVA_LONG, BYTES) == 0
              && destination.get(JAVA_LONG, BYTES + SECOND_HALF) == 0;
      if (!copied) {
        throw new SpdkException(
            "spdk_uuid_copy of this SPDK does not copy 16 bytes, so completions cannot be taken"
                + " that way: use an SPDK 24.01 or newer that was built unchanged");
      }
    }
  }

  @Override
  public boolean upcalls() {
    return false;
  }

  @Override
  public long callback() {
    return callback;
  }

  @Override
  public long argument(int slot) {
    return base + ((long) slot << SHIFT);
  }

  @Override
  public void submitting(int slot) {
    memory.set(JAVA_LONG, ((long) slot << SHIFT) + SECOND_HALF, PENDING);
    inFlight[inFlightCount++] = slot;
  }

  @Override
  public void refused(int slot) {
    inFlightCount--;
    assert inFlight[inFlightCount] == slot : slot;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Looks from the oldest command on, and no further than needed. Where SPDK counts nothing, one
   * command is looked at, the next one each time: SPDK does not count commands that it ends itself,
   * such as one that had to wait and was then refused.
   */
  @Override
  public void collect(int expected) {
    if (expected > 0) {
      collectFrom(0, expected);
    } else if (inFlightCount > 0) {
      nextLook = nextLook + 1 < inFlightCount ? nextLook + 1 : 0;
      if (isCompleted(inFlight[nextLook])) {
        collectFrom(nextLook, 1);
      }
    }
  }

  @Override
  public void collectAll() {
    collectFrom(0, inFlightCount);
  }

  private void collectFrom(int start, int limit) {
    int count = inFlightCount;
    int kept = start;
    int found = 0;
    int at = start;
    while (at < count && found < limit) {
      int slot = inFlight[at++];
      long half = memory.get(JAVA_LONG, ((long) slot << SHIFT) + SECOND_HALF);
      if (half == PENDING) {
        inFlight[kept++] = slot;
      } else {
        slots.complete(slot, NvmeStatus.ofCompletion((int) (half >>> STATUS_SHIFT)));
        found++;
      }
    }
    if (found > 0) {
      System.arraycopy(inFlight, at, inFlight, kept, count - at);
      inFlightCount = count - found;
    }
  }

  private boolean isCompleted(int slot) {
    return memory.get(JAVA_LONG, ((long) slot << SHIFT) + SECOND_HALF) != PENDING;
  }

  @Override
  public void close() {
    arena.close();
  }
}
