package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.handoff.ClientOptions;
import io.luciola.blockstore.engine.handoff.EngineClient;
import io.luciola.blockstore.engine.handoff.EngineRunner;
import io.luciola.blockstore.engine.handoff.HandoffListener;

/** A job's access to an engine that runs on another thread. */
final class SharedEngine implements EngineAccess {

  private static final int YIELDS = 20;
  private static final int SLEEP_MS = 100;

  private final EngineClient client;
  private final boolean sleeps;
  private final IdleStrategy strategy;
  private final Runnable onClose;
  private int idleRounds;

  /**
   * Connects the thread that calls this.
   *
   * @param engine which of the runner's
   * @param depth of the job: each I/O has at most one request with an answer and one commit
   * @param onClose called when the client is disconnected
   */
  SharedEngine(
      EngineRunner runner,
      int engine,
      int depth,
      IdleMode idle,
      ChunkEngine.Listener listener,
      Runnable onClose) {
    sleeps = idle == IdleMode.BLOCK;
    strategy =
        switch (idle) {
          case BUSY_SPIN -> IdleStrategy.busySpin();
          case YIELD -> IdleStrategy.yielding();
          case BACKOFF, BLOCK -> IdleStrategy.backoff();
        };
    ClientOptions options = new ClientOptions(2 * depth, sleeps, strategy);
    client = runner.connect(engine, options, new Completions(listener));
    this.onClose = onClose;
  }

  @Override
  public ChunkEngine engine() {
    return client;
  }

  @Override
  public void registerMemory(long address, long lengthBytes) {
    // The device belongs to the engine's thread, which may be using it.
  }

  @Override
  public void beforeRead() {
    // Whatever was handed over, its end is an event to sleep on.
  }

  @Override
  public void afterRead() {
    // As before.
  }

  @Override
  public void onUpdate() {
    // As before.
  }

  @Override
  public void onWork(int workCount) {
    if (sleeps) {
      idleRounds = workCount > 0 ? 0 : idleRounds + 1;
    } else if (workCount > 0) {
      strategy.idle(workCount);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a yield is cheaper than a sleep when work is near
  @Override
  public void pause(boolean held) {
    if (!sleeps) {
      strategy.idle(0);
    } else if (held || idleRounds < YIELDS) {
      Thread.yield();
    } else {
      client.await(SLEEP_MS);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } finally {
      onClose.run();
    }
  }

  /** What a client hears beyond an engine's listener. */
  private record Completions(ChunkEngine.Listener listener) implements HandoffListener {

    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      listener.onPrepared(tag, status, digest, lengthBytes);
    }

    @Override
    public void onRead(long tag, int status, long version) {
      listener.onRead(tag, status, version);
    }

    @Override
    public void onSynced(long tag, int status) {
      listener.onSynced(tag, status);
    }

    @Override
    public void onCommitRefused(
        long targetId, long chunkHi, long chunkLo, long version, int status) {
      if (status != EngineStatus.ENGINE_CLOSED) {
        throw new IllegalStateException(
            String.format(
                "chunk %016x%016x version %d was not committed: %s",
                chunkHi, chunkLo, version, EngineStatus.name(status)));
      }
    }

    @Override
    public void onStat(long tag, int status, ChunkStat stat) {
      throw new IllegalStateException("an answer to a question that nobody asked");
    }
  }
}
