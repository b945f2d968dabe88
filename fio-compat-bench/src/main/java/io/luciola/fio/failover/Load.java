package io.luciola.fio.failover;

import io.luciola.blockstore.agent.ThreadEnd;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Threads that write and read blocks of their own all the time, and verify what they read. */
final class Load implements AutoCloseable {

  private static final int BLOCKS = 1024;
  static final long FIRST_INODE = 1L << 40;

  /** Between two I/Os of a thread, so that a machine with few cores keeps some for the cluster. */
  private static final long THINK_NS = 500_000;

  private final List<Worker> workers = new ArrayList<>();
  private final Histogram latencies = new ConcurrentHistogram(3);
  private final long thinkNs;
  private volatile boolean stopping;
  private volatile boolean paused;

  /** Starts the threads. */
  Load(Supplier<DataPath> paths, FileLayout layout, int threads, long seed) {
    this(paths, layout, threads, seed, FIRST_INODE, THINK_NS);
  }

  /**
   * Starts the threads, each on an inode of its own from the first one on.
   *
   * @param thinkNs between two I/Os of a thread
   */
  Load(
      Supplier<DataPath> paths,
      FileLayout layout,
      int threads,
      long seed,
      long firstInode,
      long thinkNs) {
    this.thinkNs = thinkNs;
    for (int i = 0; i < threads; i++) {
      VerifiedRegion region = new VerifiedRegion(paths.get(), layout, firstInode + i, BLOCKS);
      workers.add(new Worker(region, new Random(seed + i)));
    }
    workers.forEach(worker -> worker.thread.start());
  }

  /** Threads end their I/O and begin no other until {@link #resume}. */
  void pause() {
    paused = true;
  }

  /** Ends a pause. */
  void resume() {
    paused = false;
  }

  /** The time below which 99 of 100 I/Os since the window began took, in nanoseconds. */
  long p99Ns() {
    return latencies.getValueAtPercentile(99);
  }

  /** From now on a gap, and latencies, are counted. */
  void beginWindow() {
    latencies.reset();
    workers.forEach(worker -> worker.longestNs.set(0));
  }

  /** The longest that an I/O took, or takes, which was under way since the window began. */
  long longestNs() {
    return workers.stream().mapToLong(Worker::longestNs).max().orElse(0);
  }

  /** I/Os that ended. */
  long operations() {
    return workers.stream().mapToLong(worker -> worker.operations.get()).sum();
  }

  /** I/Os that failed. */
  long errors() {
    return workers.stream().mapToLong(worker -> worker.errors.get()).sum();
  }

  /** Blocks that were not what they had to be; exact after {@link #finish}. */
  long wrongBlocks() {
    return workers.stream().mapToLong(worker -> worker.region.wrongBlocks()).sum();
  }

  /** Ends the threads, each of which first reads all of its blocks once more. */
  void finish() {
    stopping = true;
    for (Worker worker : workers) {
      ThreadEnd.await(worker.thread);
    }
  }

  @Override
  public void close() {
    finish();
    workers.forEach(worker -> worker.region.close());
  }

  private final class Worker {
    private final VerifiedRegion region;
    private final Random random;
    private final Thread thread = Thread.ofPlatform().name("load").unstarted(this::run);
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong longestNs = new AtomicLong();
    private volatile long beganNs;

    private Worker(VerifiedRegion region, Random random) {
      this.region = region;
      this.random = random;
    }

    private long longestNs() {
      long began = beganNs;
      long underWayNs = began == 0 ? 0 : System.nanoTime() - began;
      return Math.max(longestNs.get(), underWayNs);
    }

    private void run() {
      while (!stopping) {
        if (!paused) {
          int block = random.nextInt(region.blocks());
          timed(block, random.nextBoolean());
        }
        LockSupport.parkNanos(thinkNs);
      }
      for (int block = 0; block < region.blocks(); block++) {
        timed(block, false);
      }
    }

    private void timed(int block, boolean write) {
      long began = System.nanoTime();
      beganNs = began;
      boolean done = write ? region.write(block) : region.read(block);
      long tookNs = System.nanoTime() - began;
      longestNs.accumulateAndGet(tookNs, Math::max);
      latencies.recordValue(tookNs);
      beganNs = 0;
      operations.incrementAndGet();
      if (!done) {
        errors.incrementAndGet();
      }
    }
  }
}
