package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.List;
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
 * Requests to an engine on a thread of its own and their completions, through both rings, without
 * the work of an engine. The client's thread yields when nothing has come; the engine's thread
 * does, too, or sleeps after a while: spinning would measure who has the core when there are few.
 */
@State(Scope.Thread)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class HandoffBenchmark {

  private static final int DEPTH = 32;
  private static final int REQUESTS = 1024;

  @Param({"YIELD", "BLOCK"})
  IdleMode idle;

  private final Answers answers = new Answers();
  private final IdleStrategy waiting = IdleStrategy.yielding();
  private EngineRunner runner;
  private EngineClient client;
  private long goal;

  @Setup
  public void connect() {
    EngineSource source = new EngineSource("echo", EchoEngine::new);
    runner =
        EngineRunner.start(
            ThreadingMode.DEDICATED, idle, EngineRunner.DEFAULT_RING_CAPACITY, List.of(source));
    client = runner.connect(0, ClientOptions.polling(DEPTH, waiting), answers);
  }

  @TearDown
  public void close() {
    client.close();
    runner.close();
  }

  /** One request at a time, there and back. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public long roundTrip() {
    goal++;
    ask();
    while (answers.count < goal) {
      waiting.idle(client.doWork());
    }
    return answers.count;
  }

  /** Always 32 requests under way, also from one call to the next: what is left then counts. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  @OperationsPerInvocation(REQUESTS)
  public long depth32() {
    goal += REQUESTS;
    while (answers.count < goal) {
      while (client.inFlight() < DEPTH) {
        ask();
      }
      waiting.idle(client.doWork());
    }
    return answers.count;
  }

  private void ask() {
    int status = client.read(1, 0, 0, ChunkEngine.COMMITTED, 0, ChunkEngine.BLOCK_BYTES, 0, 0);
    if (status != EngineStatus.OK) {
      throw new IllegalStateException(EngineStatus.name(status));
    }
  }

  private static final class Answers extends RecordingListener {
    private long count;

    @Override
    public void onRead(long tag, int status, long version) {
      count++;
    }
  }
}
