package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Memory;
import io.luciola.spdk.CompletionWay;
import io.luciola.spdk.ControllerOptions;
import io.luciola.spdk.NvmeController;
import io.luciola.spdk.NvmeNamespace;
import io.luciola.spdk.NvmeQueuePair;
import io.luciola.spdk.QueuePairOptions;
import io.luciola.spdk.StandInSpdk;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What Java adds to a read by SPDK: 512 bytes from a stand-in for SPDK, whose drive is memory, 32
 * reads under way; from C, from Java by the bindings with both ways of completion, and by the
 * device above them. The differences to C are the price.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class SpdkReadBenchmark {

  private static final int DEPTH = 32;
  private static final int READS = 1024;
  private static final int SECTOR_BYTES = 512;

  /** What is told of completions. */
  private static final class Counter
      implements NvmeQueuePair.CompletionHandler, BlockDevice.CompletionHandler {
    long completed;

    @Override
    public void onCompletion(long tag, int result) {
      completed++;
    }
  }

  /** A queue pair of the bindings. */
  @State(Scope.Thread)
  public static class Pair {
    @Param({"COPY", "UPCALL"})
    CompletionWay way;

    private final StandInDevices standIn = StandInDevices.remote(SECTOR_BYTES, 1 << 20);
    private NvmeController controller;
    NvmeQueuePair queuePair;
    NvmeNamespace namespace;

    /** Connects. */
    @Setup
    public void open() {
      controller = StandInSpdk.start().connect(standIn.drive().id(), ControllerOptions.defaults());
      namespace = controller.namespaces().getFirst();
      queuePair = controller.openQueuePair(QueuePairOptions.ofDepth(DEPTH).withCompletionWay(way));
    }

    /** Disconnects. */
    @TearDown
    public void close() {
      queuePair.close();
      controller.close();
      standIn.close();
    }
  }

  private final Counter counter = new Counter();
  private final long memory = Memory.allocate(Memory.PAGE_BYTES);
  private StandInDevices standIn;
  private SpdkNvmeDevice device;
  private long submitted;

  /** Opens the device. */
  @Setup
  public void open() {
    standIn = StandInDevices.remote(SECTOR_BYTES, 1 << 20);
    device = standIn.open(DEPTH);
  }

  /** Closes it. */
  @TearDown
  public void close() {
    device.close();
    standIn.close();
  }

  /** A loop in C. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public long c() {
    return standIn.drive().readInC(memory, 1, DEPTH, READS);
  }

  /** The bindings' queue pair. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public long queuePair(Pair pair) {
    long goal = counter.completed + READS;
    while (counter.completed < goal) {
      while (submitted - counter.completed < DEPTH
          && pair.queuePair.read(pair.namespace, memory, 0, 1, 0) == NvmeQueuePair.ACCEPTED) {
        submitted++;
      }
      pair.queuePair.poll(counter, DEPTH);
    }
    return counter.completed;
  }

  /** The device above it. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public long device() {
    long goal = counter.completed + READS;
    while (counter.completed < goal) {
      while (submitted - counter.completed < DEPTH
          && device.read(0, memory, SECTOR_BYTES, 0) == BlockDevice.ACCEPTED) {
        submitted++;
      }
      device.poll(counter, DEPTH);
    }
    return counter.completed;
  }
}
