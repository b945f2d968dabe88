package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.pages.MetadataPages;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The index at its fullest: it holds as many chunks as it has room for, so three quarters of the
 * hash table are in use. Chunks are picked at random, so that what is looked at is in the cache
 * only as far as the index fits there.
 *
 * <p>Ids are computed, not kept, so that no memory but the index's is touched. One look-up does not
 * wait for the one before: the processor overlaps what it can, as with requests that come together.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class ChunkIndexBenchmark {

  private static final int TARGET = 1;

  /** Files of 1 GiB in chunks of 1 MiB. */
  private static final int CHUNKS_PER_FILE = 1024;

  private static final int DEVICE_BYTES_PER_CHUNK = 64 << 10;

  @Param({"100000", "1000000"})
  int chunks;

  private final SplittableRandom random = new SplittableRandom(1);
  private MetadataPages pages;
  private ChunkIndex index;

  /** Chunks below this number were added. */
  private long added;

  @Setup
  public void fill() {
    long deviceBytes = (long) chunks * DEVICE_BYTES_PER_CHUNK;
    pages = new MetadataPages(DeviceLayout.plan(deviceBytes, 0, chunks, 0));
    index = new ChunkIndex(pages, chunks);
    while (index.hasRoom()) {
      add();
    }
  }

  @TearDown
  public void close() {
    index.close();
    pages.close();
  }

  @Benchmark
  public int findHit() {
    return find(random.nextInt(chunks));
  }

  @Benchmark
  public int findMiss() {
    return find(added + random.nextInt(chunks));
  }

  /** One chunk goes and another one comes. */
  @Benchmark
  public int removeAndAdd() {
    index.remove(random.nextInt(chunks));
    return add();
  }

  private int add() {
    long number = added++;
    return index.add(TARGET, file(number), chunkOfFile(number));
  }

  private int find(long number) {
    return index.find(TARGET, file(number), chunkOfFile(number));
  }

  private static long file(long number) {
    return number / CHUNKS_PER_FILE;
  }

  private static long chunkOfFile(long number) {
    return number % CHUNKS_PER_FILE;
  }
}
