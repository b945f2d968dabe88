package io.luciola.cluster.kv;

import io.luciola.blockstore.agent.ThreadEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A store in this process: all pairs in memory, every commit durable in a write-ahead log,
 * snapshots to bound its length. Strictly serializable by optimistic concurrency control: ranges
 * read are checked at commit against ranges written since.
 *
 * <p>A torn last record of the log is ignored, for it was never acknowledged; damage elsewhere is
 * refused at opening. After a failed write the store refuses everything until it is opened again.
 */
public final class EmbeddedStore implements KeyValueStore {

  private final LongSupplier nanoClock;
  private final Attempts attempts;
  private final Committer committer;
  private final Thread committerThread;

  /**
   * Opens the store in a directory, which is made when it is missing, and locks it.
   *
   * @param nanoClock a clock that never goes back, such as System::nanoTime
   * @param random for pauses after conflicts and for the salt of logs; used under a lock
   * @throws IOException when the directory is in use, or a file in it is damaged or not readable
   */
  public EmbeddedStore(
      Path directory, EmbeddedOptions options, LongSupplier nanoClock, RandomGenerator random)
      throws IOException {
    this(options, nanoClock, random, openCommitter(directory, options, nanoClock, random));
  }

  private EmbeddedStore(
      EmbeddedOptions options,
      LongSupplier nanoClock,
      RandomGenerator random,
      Committer committer) {
    this.nanoClock = nanoClock;
    this.attempts = new Attempts(options.maxAttempts(), random);
    this.committer = committer;
    this.committerThread = Thread.ofPlatform().name("kv-commit").daemon().start(committer);
  }

  /** A store that lives in memory only and is empty at first. */
  public static EmbeddedStore inMemory(
      EmbeddedOptions options, LongSupplier nanoClock, RandomGenerator random) {
    return new EmbeddedStore(
        options,
        nanoClock,
        random,
        new Committer(new VersionedMap(), 0, Journal.NONE, options.maxQueuedCommits(), nanoClock));
  }

  private static Committer openCommitter(
      Path path, EmbeddedOptions options, LongSupplier nanoClock, RandomGenerator random)
      throws IOException {
    StoreDirectory directory = StoreDirectory.open(path);
    try {
      VersionedMap map = new VersionedMap();
      Recovery recovered = Recovery.into(map, directory);
      Journal journal =
          new DurableJournal(
              directory, recovered.nextSequence(), options.snapshotAfterLogBytes(), random);
      return new Committer(
          map, recovered.version(), journal, options.maxQueuedCommits(), nanoClock);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public Transaction begin() {
    committer.checkUsable();
    long startNs = nanoClock.getAsLong(); // before the version is taken
    return new OptimisticTransaction(committer, nanoClock, startNs, committer.visibleVersion());
  }

  @Override
  public <T> T run(Function<Transaction, T> body) {
    return attempts.run(this::begin, body);
  }

  /** What transactions of this store read from and commit to. */
  VersionedStore versions() {
    return committer;
  }

  @Override
  public void close() {
    committer.close();
    ThreadEnd.await(committerThread); // the files must be closed before anyone opens them again
  }
}
