package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A process that updates chunks until it is killed, and says on its standard output what was
 * acknowledged. What step n does to a chunk follows from the seed, so that everybody can say what
 * the chunk holds after it.
 */
final class KillWriter implements ChunkEngine.Listener {

  static final int CHUNKS = 10;

  /** Every so many steps the content is replaced, so that a step's content follows from few. */
  private static final int STEPS_BETWEEN_REPLACEMENTS = 8;

  private static final int BUFFER_BYTES = EngineInspector.MAX_CHUNK_BYTES;
  private static final int SYNC_ONE_TURN_IN = 64;

  private final BlockEngine engine;
  private final PrintStream out;
  private final long seed;
  private final int[] step;
  private final int[] committed;
  private final long[] version = new long[CHUNKS];
  private final boolean[] busy = new boolean[CHUNKS];
  private final boolean[] pending = new boolean[CHUNKS];
  private final long memory = Memory.allocate((long) CHUNKS * BUFFER_BYTES);
  private final Crc32c crc = new Crc32c();
  private int[] syncing;

  /** Each chunk is committed up to its step of the start. */
  KillWriter(BlockDevice device, long seed, int[] start, PrintStream out) {
    this.seed = seed;
    this.out = out;
    step = start.clone();
    committed = start.clone();
    engine = BlockEngine.open(device, EngineOptions.defaults("writer"), this);
  }

  /** Arguments: the file, the seed, and for each chunk the last step that is committed. */
  public static void main(String[] arguments) {
    int[] start = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
    UringDevice device = UringDevice.open(Path.of(arguments[0]));
    new KillWriter(device, Long.parseLong(arguments[1]), start, standardOutput()).run();
  }

  /** With a buffer, so that a turn's lines go out at once. */
  static PrintStream standardOutput() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
        false,
        StandardCharsets.US_ASCII);
  }

  /** What a step does. */
  static Change change(long seed, int chunk, int step) {
    RandomOperations random = new RandomOperations(seed ^ ((long) chunk << 40) ^ step);
    Change change;
    do {
      change = random.change(chunk);
    } while (change.kind() == ChunkUpdate.REMOVE
        || change.kind() == ChunkUpdate.PUNCH
        || change.ifVersion() != ChunkUpdate.ANY_VERSION);
    return step % STEPS_BETWEEN_REPLACEMENTS == 1
        ? Change.replace(chunk, change.length(), change.capacity()).withSeed(change.seed())
        : change;
  }

  /** The chunk's content after a step. */
  static byte[] contentAt(long seed, int chunk, int step) {
    byte[] content = null;
    int first = (step - 1) / STEPS_BETWEEN_REPLACEMENTS * STEPS_BETWEEN_REPLACEMENTS + 1;
    for (int i = first; i <= step; i++) {
      Change change = change(seed, chunk, i);
      byte[] data = change.hasData() ? Content.of(change.seed(), change.length()) : null;
      content = Content.after(content, change, data);
    }
    return content;
  }

  /** Updates until the process is killed. */
  void run() {
    if (engine.targetIds().length == 0) {
      require(engine.createTarget(EngineModel.TARGET, 1L << 30));
    }
    ChunkStat stat = new ChunkStat();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      int status = engine.stat(EngineModel.TARGET, EngineModel.chunkHi(chunk), chunk, stat);
      version[chunk] = status == EngineStatus.OK ? stat.committedVersion : 0;
    }
    for (long turn = 0; ; turn++) {
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        if (!busy[chunk]) {
          prepareNext(chunk);
        } else if (pending[chunk]) {
          commit(chunk);
        }
      }
      if (turn % SYNC_ONE_TURN_IN == 0 && syncing == null) {
        int[] covered = committed.clone();
        if (engine.sync(0) == EngineStatus.OK) {
          syncing = covered;
        }
      }
      engine.doWork();
      out.flush();
    }
  }

  private void prepareNext(int chunk) {
    Change change = change(seed, chunk, step[chunk] + 1);
    ChunkUpdate update = new ChunkUpdate();
    update.targetId = EngineModel.TARGET;
    update.chunkHi = EngineModel.chunkHi(chunk);
    update.chunkLo = chunk;
    update.kind = change.kind();
    update.version = version[chunk] + 1;
    update.sequence = step[chunk] + 1L;
    update.offsetBytes = change.offset();
    update.lengthBytes = change.length();
    update.capacityBytes = change.capacity();
    if (change.hasData()) {
      byte[] data = Content.of(change.seed(), change.length());
      update.dataAddress = memory + (long) chunk * BUFFER_BYTES;
      Memory.put(update.dataAddress, data, 0, data.length);
      update.dataCrc32c = crc.of(update.dataAddress, data.length);
    }
    int status = engine.prepare(update, chunk);
    if (status != EngineStatus.BACK_PRESSURE) {
      require(status);
      busy[chunk] = true;
    }
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    require(status);
    int chunk = (int) tag;
    version[chunk]++;
    step[chunk]++;
    pending[chunk] = true;
    out.println("prepared " + chunk + " " + step[chunk] + ".");
    commit(chunk);
  }

  /** Commits; the chunk stays busy while that meets back pressure. */
  private void commit(int chunk) {
    int status =
        engine.commit(
            EngineModel.TARGET,
            EngineModel.chunkHi(chunk),
            chunk,
            version[chunk],
            EngineRunner.CHAIN_VERSION_OF_COMMIT);
    if (status != EngineStatus.BACK_PRESSURE) {
      require(status);
      committed[chunk] = step[chunk];
      pending[chunk] = false;
      busy[chunk] = false;
    }
  }

  @Override
  public void onRead(long tag, int status, long readVersion) {
    throw new AssertionError("nobody reads");
  }

  @Override
  public void onSynced(long tag, int status) {
    require(status);
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      out.println("committed " + chunk + " " + syncing[chunk] + ".");
    }
    syncing = null;
  }

  private static void require(int status) {
    if (status != EngineStatus.OK) {
      throw new IllegalStateException("the engine says " + EngineStatus.name(status));
    }
  }
}
