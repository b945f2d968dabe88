package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Crc32cTest {

  @Test
  void agreesWithThePublishedCheckValue() {
    long memory = Memory.allocate(4096);
    Memory.put(memory, new byte[] {'1', '2', '3', '4', '5', '6', '7', '8', '9'}, 0, 9);

    assertEquals(0xE3069283, new Crc32c().of(memory, 9));
    assertEquals(0, new Crc32c().of(memory, 0));

    Memory.free(memory, 4096);
  }

  @Property(tries = 200)
  void agreesWithTheJdkInPiecesToo(
      @ForAll @Size(max = 3000) byte[] bytes, @ForAll @IntRange(max = 3000) int cut) {
    long memory = Memory.allocate(4096);
    Memory.put(memory + 1, bytes, 0, bytes.length);
    CRC32C expected = new CRC32C();
    expected.update(bytes);
    Crc32c crc = new Crc32c();
    int first = Math.min(cut, bytes.length);

    assertEquals((int) expected.getValue(), crc.of(memory + 1, bytes.length));
    assertEquals((int) expected.getValue(), crc.ofArrived(memory + 1, bytes.length));
    crc.reset();
    crc.update(memory + 1, first);
    crc.update(memory + 1 + first, bytes.length - first);
    assertEquals((int) expected.getValue(), crc.value());

    Memory.free(memory, 4096);
  }

  @Test
  void goesOverTheEdgesOfItsWindows() {
    long gib = 1L << 30;
    long memory = Memory.allocate(3 * gib);
    long edge = (memory + gib) & -gib;
    Memory.fill(edge - 4096, 8192, (byte) 3);
    byte[] bytes = new byte[8192];
    Memory.get(edge - 4096, bytes, 0, bytes.length);
    CRC32C expected = new CRC32C();
    expected.update(bytes);

    assertEquals((int) expected.getValue(), new Crc32c().of(edge - 4096, 8192));

    Memory.free(memory, 3 * gib);
  }

  @Test
  void allocatesNothingInSteadyState() {
    long memory = Memory.allocate(1 << 20);
    Crc32c crc = new Crc32c();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int sum = sumOfBlocks(crc, memory, 100);

    long before = threads.getCurrentThreadAllocatedBytes();
    sum += sumOfBlocks(crc, memory, 1000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(allocated <= 4096, allocated + " bytes allocated, sum " + sum);
    Memory.free(memory, 1 << 20);
  }

  private static int sumOfBlocks(Crc32c crc, long memory, int rounds) {
    int sum = 0;
    for (int round = 0; round < rounds; round++) {
      for (int at = 0; at < 1 << 20; at += 4096) {
        sum += crc.of(memory + at, 4096);
      }
    }
    return sum;
  }
}
