package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CommandSlotsTest {

  /** What is in flight, by slot and tag, and what completed, in order. */
  private record Command(int slot, long tag, int status) {}

  @Property(tries = 200)
  void deliversEveryCommandOnceInTheOrderOfCompletion(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int depth) {
    Random random = new Random(seed);
    CommandSlots slots = new CommandSlots(depth);
    List<Command> inFlight = new ArrayList<>();
    Deque<Command> completed = new ArrayDeque<>();
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          long tag = random.nextLong();
          int slot = slots.acquire(tag);
          assertEquals(inFlight.size() + completed.size() == depth, slot < 0);
          if (slot >= 0) {
            inFlight.add(new Command(slot, tag, 0));
          }
        }
        case 2 -> {
          if (!inFlight.isEmpty()) {
            Command command = inFlight.remove(random.nextInt(inFlight.size()));
            int status = random.nextInt(0x7ff);
            slots.complete(command.slot, status);
            completed.add(new Command(command.slot, command.tag, status));
          }
        }
        case 3 -> {
          if (!completed.isEmpty()) {
            assertTrue(slots.undelivered() > 0);
            int slot = slots.takeCompleted();
            assertEquals(
                completed.remove(), new Command(slot, slots.tag(slot), slots.status(slot)));
            slots.release(slot);
          }
        }
        default -> {
          if (random.nextInt(10) == 0) {
            slots.completeAll(8);
            inFlight.stream()
                .sorted((a, b) -> Integer.compare(a.slot, b.slot))
                .forEach(command -> completed.add(new Command(command.slot, command.tag, 8)));
            inFlight.clear();
          }
        }
      }
      assertEquals(completed.size(), slots.undelivered());
      assertEquals(inFlight.size() + completed.size(), slots.used());
    }
  }
}
