package io.luciola.blockstore.linux;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Checksum of memory that is in the cache, as data is that has just been read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class Crc32cBenchmark {

  @Param({"4096", "65536", "1048576"})
  int lengthBytes;

  private final Crc32c crc = new Crc32c();
  private long address;

  @Setup
  public void allocate() {
    address = Memory.allocate(lengthBytes);
    Memory.fill(address, lengthBytes, (byte) 0x5A);
  }

  @TearDown
  public void free() {
    Memory.free(address, lengthBytes);
  }

  @Benchmark
  public int of() {
    return crc.of(address, lengthBytes);
  }
}
