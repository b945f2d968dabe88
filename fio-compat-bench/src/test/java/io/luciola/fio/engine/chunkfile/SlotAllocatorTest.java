package io.luciola.fio.engine.chunkfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SlotAllocatorTest {

  private static final int GROUP = SlotAllocator.SLOTS_PER_GROUP;

  @Property(tries = 50)
  void givesEverySlotOnceAndTakesBack(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SlotAllocator allocator = new SlotAllocator();
    BitSet model = new BitSet();
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      if (taken.isEmpty() || random.nextInt(5) < 3) {
        int slot = allocator.allocate();
        if (slot < 0) {
          assertEquals(allocator.groups() * GROUP, model.cardinality());
          allocator.addGroup();
          slot = allocator.allocate();
        }
        assertTrue(slot >= 0 && slot < allocator.groups() * GROUP && !model.get(slot), "" + slot);
        model.set(slot);
        taken.add(slot);
      } else {
        int at = random.nextInt(taken.size());
        int slot = taken.set(at, taken.getLast());
        taken.removeLast();
        allocator.release(slot);
        model.clear(slot);
      }
    }
    for (int slot = 0; slot < allocator.groups() * GROUP; slot++) {
      assertEquals(model.get(slot), allocator.isTaken(slot));
    }
  }

  @Test
  void takesFromTheFullestGroup() {
    SlotAllocator allocator = new SlotAllocator();
    allocator.addGroup();
    allocator.addGroup();
    for (int slot = 0; slot < 10; slot++) {
      allocator.occupy(slot);
    }
    for (int slot = GROUP; slot < GROUP + 200; slot++) {
      allocator.occupy(slot);
    }
    assertEquals(GROUP + 200, allocator.allocate());
  }

  @Test
  void aSlotThatIsReadIsNotReused() {
    SlotAllocator allocator = new SlotAllocator();
    SlotUse use = new SlotUse(allocator);
    allocator.addGroup();
    use.grow();
    int slot = allocator.allocate();
    use.beginRead(slot);
    use.beginRead(slot);
    use.giveUp(slot);
    use.endRead(slot);
    assertTrue(allocator.isTaken(slot));
    use.endRead(slot);
    assertEquals(slot, allocator.allocate());
  }
}
