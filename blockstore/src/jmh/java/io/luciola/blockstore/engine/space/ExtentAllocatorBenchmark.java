package io.luciola.blockstore.engine.space;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One extent freed and one of the same size taken, on a device of 256 GiB of which a share is in
 * use, with extents of 4 KiB to 1 MiB freed in random order: what copying updates do to space.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ExtentAllocatorBenchmark {

  private static final long BLOCKS = 256L << 30 >> 12;
  private static final int LARGEST_ORDER = 8;

  @Param({"50", "95"})
  int usedPercent;

  private final SplittableRandom random = new SplittableRandom(1);
  private ExtentAllocator allocator;
  private long[] starts;
  private byte[] orders;

  @Setup
  public void fill() {
    allocator = new ExtentAllocator(BLOCKS);
    starts = new long[1 << 18];
    orders = new byte[1 << 18];
    int count = 0;
    while (allocator.freeBlocks() > BLOCKS / 100 * (100 - usedPercent)) {
      int order = count < starts.length ? random.nextInt(LARGEST_ORDER + 1) : LARGEST_ORDER;
      long start = allocator.allocate(order);
      if (count < starts.length) {
        starts[count] = start;
        orders[count] = (byte) order;
        count++;
      }
    }
    if (count < starts.length) {
      throw new IllegalStateException("the device is too small: " + count + " extents");
    }
  }

  @Benchmark
  public long replace() {
    int at = random.nextInt(starts.length);
    allocator.free(starts[at], orders[at]);
    starts[at] = allocator.allocate(orders[at]);
    return starts[at];
  }
}
