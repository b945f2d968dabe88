package io.luciola.cluster.meta;

import io.grpc.BindableService;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.meta.proto.FileType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A Meta server: the operations over a store, and the threads that collect garbage and end dead
 * sessions. Keeps no state of its own; several may work on one store. Give the gRPC server that
 * serves {@link #grpc} an executor of virtual threads, because the calls block.
 *
 * <p>At its first start in a store it makes the root directory: inode 1, mode 0755, owned by user
 * and group 0.
 */
public final class MetaService implements AutoCloseable {

  private static final Duration LONGEST_GARBAGE_PAUSE = Duration.ofMinutes(1);

  private final MetaGrpcService grpc;
  private final BackgroundLoop garbageLoop;
  private final BackgroundLoop sessionLoop;
  private final BackgroundLoop answerLoop;

  /**
   * Makes the root when it is missing, and starts the background threads.
   *
   * @param store stays the caller's to close, after this
   * @param timeOfDay for the times of files
   * @param nanoClock a clock that never goes back, such as System::nanoTime
   * @param random for session ids and the choice of id batches; used under a lock
   */
  public MetaService(
      KeyValueStore store,
      MetaOptions options,
      ChainAllocator chains,
      SpaceSource spaceSource,
      ChunkRemover chunkRemover,
      InstantSource timeOfDay,
      LongSupplier nanoClock,
      RandomGenerator random) {
    WallClock clock = new WallClock(timeOfDay);
    SessionOperations sessions = new SessionOperations(random, clock);
    LayoutOperations layouts = new LayoutOperations(chains, clock);
    AnswerLog answers = new AnswerLog(store, clock);
    this.grpc =
        new MetaGrpcService(
            store,
            answers,
            new LookupOperations(spaceSource),
            new CreateOperations(new InodeIdAllocator(store, random), layouts, sessions, clock),
            new RemoveOperations(clock),
            new RenameOperation(clock),
            new AttributeOperations(clock),
            layouts,
            sessions);
    makeRoot(store, clock);
    GarbageCollector garbage = new GarbageCollector(store, chunkRemover);
    GarbagePause pause = new GarbagePause(options.garbageInterval());
    this.garbageLoop =
        new BackgroundLoop(
            "meta-garbage", LONGEST_GARBAGE_PAUSE, () -> pause.after(garbage.collect()));
    SessionPruner pruner = new SessionPruner(store, nanoClock, options.sessionTimeout());
    this.sessionLoop =
        new BackgroundLoop(
            "meta-sessions",
            options.sweepInterval(),
            () -> {
              pruner.prune();
              return options.sweepInterval();
            });
    this.answerLoop =
        new BackgroundLoop(
            "meta-answers",
            options.sweepInterval(),
            () -> {
              answers.sweep(options.requestMemory());
              return options.sweepInterval().multipliedBy(6);
            });
  }

  /** The pause between two passes: doubled by each failing one, back to the first by a good one. */
  private static final class GarbagePause {
    private final Duration shortest;
    private Duration next;

    GarbagePause(Duration shortest) {
      this.shortest = shortest;
      this.next = shortest;
    }

    Duration after(GarbageCollector.Pass pass) {
      if (pass.failed() == 0) {
        next = shortest;
        return shortest;
      }
      Duration pause = next;
      Duration doubled = next.multipliedBy(2);
      next = doubled.compareTo(LONGEST_GARBAGE_PAUSE) > 0 ? LONGEST_GARBAGE_PAUSE : doubled;
      return pause;
    }
  }

  private static void makeRoot(KeyValueStore store, WallClock clock) {
    store.run(
        tx -> {
          if (tx.get(MetaKeys.inode(Namespace.ROOT_INODE)) == null) {
            InodeRecord root = new InodeRecord(Namespace.ROOT_INODE, FileType.DIRECTORY);
            root.mode = 0755;
            root.parent = Namespace.ROOT_INODE;
            root.atimeNs = clock.nowNs();
            root.mtimeNs = root.atimeNs;
            root.ctimeNs = root.atimeNs;
            InodeTable.insert(tx, root);
          }
          return null;
        });
  }

  /** The service to add to a gRPC server. */
  public BindableService grpc() {
    return grpc;
  }

  /** Ends the background threads; the gRPC server is to be ended before, the store after this. */
  @Override
  public void close() {
    garbageLoop.close();
    sessionLoop.close();
    answerLoop.close();
  }
}
