package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.luciola.blockstore.engine.index.Digest;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Drives an engine with random updates and holds what it does against plain arrays. Remembers every
 * state each chunk went through, and when which of them was promised to last.
 */
final class EngineModel implements ChunkEngine.Listener {

  static final int CHUNKS = 8;
  static final long TARGET = 7;
  private static final long DIRECT_TAG = -1;
  private static final int BUFFERS = 24;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int[] CAPACITIES = {4 << 10, 16 << 10, 64 << 10, 256 << 10};

  /** What a chunk is: committed and pending content, null where there is none. */
  @SuppressWarnings("ArrayRecordComponent")
  record State(long version, byte[] content, long pendingVersion, byte[] pending, int kind) {
    static final State ABSENT = new State(0, null, 0, null, 0);
  }

  /** A step to a state: possible from one device position on, certain from another. */
  private static final class Step {
    final State state;
    final int possibleFrom;
    int certainFrom = Integer.MAX_VALUE;

    Step(State state, int possibleFrom) {
      this.state = state;
      this.possibleFrom = possibleFrom;
    }
  }

  private static final class Chunk {
    final int number;
    final int capacity;
    final List<Step> steps = new ArrayList<>();
    State state = State.ABSENT;
    boolean preparing;

    Chunk(int number) {
      this.number = number;
      capacity = CAPACITIES[number % CAPACITIES.length];
    }
  }

  private record InFlight(Chunk chunk, State next, Step step, long buffer, int read, int end) {}

  private final Random random;
  private final IntSupplier position;
  private final long memory = Memory.allocate((long) BUFFERS * BUFFER_BYTES);
  private final ArrayDeque<Long> free = new ArrayDeque<>();
  private final Chunk[] chunks = new Chunk[CHUNKS];
  private final Map<Long, InFlight> inFlight = new HashMap<>();
  private final List<Step> uncertain = new ArrayList<>();
  private final Map<Long, List<Step>> syncing = new HashMap<>();
  private final Crc32c crc = new Crc32c();
  private final ChunkStat stat = new ChunkStat();
  private long nextTag = 1;
  private BlockEngine engine;
  private int direct;
  int acknowledged;

  EngineModel(long seed, IntSupplier position) {
    random = new Random(seed);
    this.position = position;
    for (int i = 0; i < BUFFERS; i++) {
      free.add(memory + (long) i * BUFFER_BYTES);
    }
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] = new Chunk(i);
    }
  }

  void close() {
    Memory.free(memory, (long) BUFFERS * BUFFER_BYTES);
  }

  void attach(BlockEngine opened) {
    engine = opened;
    if (engine.targetIds().length == 0) {
      assertEquals(EngineStatus.OK, engine.createTarget(TARGET, 1 << 30));
    }
  }

  /** One random action. */
  void act() {
    Chunk chunk = chunks[random.nextInt(CHUNKS)];
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> prepare(chunk);
      case 4, 5, 6 -> end(chunk);
      case 7 -> read(chunk);
      case 8 -> {
        if (random.nextInt(5) == 0) {
          sync();
        }
      }
      default -> engine.doWork();
    }
  }

  /** Until nothing is in flight. */
  void settle() {
    for (int i = 0; !inFlight.isEmpty() || !syncing.isEmpty(); i++) {
      assertTrue(i < 1_000_000, "operations hang: " + inFlight);
      engine.doWork();
    }
  }

  private void prepare(Chunk chunk) {
    if (chunk.preparing || free.isEmpty()) {
      return;
    }
    State old = chunk.state;
    byte[] content = old.content == null ? new byte[0] : old.content;
    ChunkUpdate update = new ChunkUpdate();
    update.targetId = TARGET;
    update.chunkHi = chunk.number / 3;
    update.chunkLo = chunk.number;
    update.capacityBytes = chunk.capacity;
    update.version = old.version + 1;
    update.chainVersion = 3;
    update.clientId = 5;
    update.sequence = nextTag;
    long buffer = free.peek() + (random.nextBoolean() ? 0 : 8);
    int dice = random.nextInt(16);
    byte[] data = new byte[0];
    if (dice < 11) {
      update.kind = ChunkUpdate.WRITE;
      int most =
          Math.max(1, random.nextBoolean() ? Math.min(9000, chunk.capacity) : chunk.capacity);
      int length = 1 + random.nextInt(most);
      int offset = random.nextInt(chunk.capacity - length + 1);
      if (random.nextInt(3) == 0) {
        offset = Math.min(content.length, chunk.capacity - length);
      }
      if (random.nextBoolean()) {
        offset &= -4096;
      }
      if (random.nextInt(3) == 0) {
        length = Math.min(chunk.capacity - offset, (length + 4095) & -4096);
      }
      length = Math.min(length, BUFFER_BYTES - 8);
      update.offsetBytes = offset;
      data = bytes(length);
      byte[] after = Arrays.copyOf(content, Math.max(content.length, offset + length));
      System.arraycopy(data, 0, after, offset, length);
      content = after;
    } else if (dice < 13) {
      update.kind = ChunkUpdate.TRUNCATE;
      update.offsetBytes = random.nextInt(chunk.capacity + 1);
      content = Arrays.copyOf(content, update.offsetBytes);
    } else if (dice < 15) {
      update.kind = ChunkUpdate.REPLACE;
      update.version += random.nextInt(3);
      data = bytes(Math.min(random.nextInt(chunk.capacity + 1), BUFFER_BYTES - 8));
      content = data;
    } else {
      update.kind = ChunkUpdate.REMOVE;
      content = null;
    }
    Memory.put(buffer, data, 0, data.length);
    update.dataAddress = buffer;
    update.lengthBytes = data.length;
    update.dataCrc32c = crc.of(buffer, data.length);
    State next = new State(old.version, old.content, update.version, content, update.kind);
    Step step = new Step(next, position.getAsInt());
    long tag = nextTag++;
    int status = engine.prepare(update, tag);
    if (status == EngineStatus.OK) {
      long base = free.remove();
      inFlight.put(tag, new InFlight(chunk, next, step, base, 0, 0));
      chunk.preparing = true;
      chunk.steps.add(step);
    } else if (old.pendingVersion != 0) {
      assertEquals(EngineStatus.UPDATE_PENDING, status);
    } else if (old.content == null && update.kind == ChunkUpdate.REMOVE) {
      assertEquals(EngineStatus.NO_SUCH_CHUNK, status);
    } else if (status != EngineStatus.BACK_PRESSURE && status != EngineStatus.NO_SPACE) {
      fail("prepare of kind " + update.kind + " says " + EngineStatus.name(status));
    }
  }

  private byte[] bytes(int length) {
    byte[] data = new byte[length];
    if (random.nextInt(8) > 0) {
      random.nextBytes(data);
    }
    return data;
  }

  /** Commits or discards. */
  private void end(Chunk chunk) {
    State old = chunk.state;
    if (chunk.preparing || old.pendingVersion == 0) {
      return;
    }
    boolean commits = random.nextInt(5) > 0;
    long hi = chunk.number / 3;
    int status =
        commits
            ? engine.commit(TARGET, hi, chunk.number, old.pendingVersion, 4)
            : engine.discardPending(TARGET, hi, chunk.number, old.pendingVersion);
    if (status == EngineStatus.BACK_PRESSURE) {
      return;
    }
    assertEquals(EngineStatus.OK, status);
    if (!commits) {
      chunk.state = new State(old.version, old.content, 0, null, 0);
    } else if (old.kind == ChunkUpdate.REMOVE) {
      chunk.state = State.ABSENT;
    } else {
      chunk.state = new State(old.pendingVersion, old.pending, 0, null, 0);
    }
    Step step = new Step(chunk.state, position.getAsInt());
    chunk.steps.add(step);
    uncertain.add(step);
  }

  private void read(Chunk chunk) {
    if (chunk.state.content == null || chunk.preparing || free.isEmpty()) {
      return;
    }
    int offset = random.nextInt(chunk.capacity);
    int length = Math.min(1 + random.nextInt(chunk.capacity), BUFFER_BYTES - 4096);
    long tag = nextTag++;
    long buffer = free.remove();
    int status =
        engine.read(
            TARGET,
            chunk.number / 3,
            chunk.number,
            ChunkEngine.COMMITTED,
            offset,
            length,
            buffer,
            tag);
    if (status == EngineStatus.OK) {
      inFlight.put(tag, new InFlight(chunk, chunk.state, null, buffer, offset, offset + length));
    } else {
      assertEquals(EngineStatus.BACK_PRESSURE, status);
      free.add(buffer);
    }
  }

  private void sync() {
    long tag = nextTag++;
    List<Step> covered = new ArrayList<>(uncertain);
    if (engine.sync(tag) == EngineStatus.OK) {
      syncing.put(tag, covered);
    }
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    InFlight operation = inFlight.remove(tag);
    assertEquals(EngineStatus.OK, status, () -> EngineStatus.name(status));
    free.add(operation.buffer);
    operation.chunk.preparing = false;
    operation.chunk.state = operation.next;
    operation.step.certainFrom = position.getAsInt();
    acknowledged++;
    if (operation.next.pending != null) {
      assertEquals(operation.next.pending.length, lengthBytes);
    }
  }

  @Override
  public void onRead(long tag, int status, long version) {
    if (tag == DIRECT_TAG) {
      direct = status;
      return;
    }
    InFlight operation = inFlight.remove(tag);
    free.add(operation.buffer);
    if (status == EngineStatus.NO_SUCH_CHUNK) {
      return;
    }
    assertTrue(status >= 0, () -> "read says " + EngineStatus.name(status));
    // The version that was read may be newer than the one when the read began.
    for (Step step : operation.chunk.steps) {
      if (step.state.version == version && step.state.content != null) {
        byte[] content = step.state.content;
        int length = Math.max(0, Math.min(operation.end, content.length) - operation.read);
        byte[] actual = new byte[length];
        Memory.get(operation.buffer + operation.read % 4096, actual, 0, length);
        if (status == length
            && Arrays.equals(
                actual,
                0,
                length,
                content,
                Math.min(operation.read, content.length),
                Math.min(operation.read, content.length) + length)) {
          return;
        }
      }
    }
    fail("a read of chunk " + operation.chunk.number + " version " + version + " matches nothing");
  }

  @Override
  public void onSynced(long tag, int status) {
    assertEquals(EngineStatus.OK, status);
    syncing.remove(tag).forEach(step -> step.certainFrom = position.getAsInt());
  }

  /** Holds an engine that was opened after an orderly close against the model. */
  void checkAll(BlockEngine opened) {
    for (Chunk chunk : chunks) {
      State actual = stateOf(opened, chunk);
      assertSame(chunk, chunk.state, actual);
    }
    SpaceCheck.check(opened);
  }

  /** Holds an engine that was opened after a crash against what must and what may be there. */
  void checkCrashed(BlockEngine opened, int crash) {
    for (Chunk chunk : chunks) {
      State actual = stateOf(opened, chunk);
      int certain = -1;
      int possible = -1;
      for (int i = 0; i < chunk.steps.size(); i++) {
        Step step = chunk.steps.get(i);
        certain = step.certainFrom <= crash ? i : certain;
        possible = step.possibleFrom <= crash ? i : possible;
      }
      boolean matches = certain < 0 && isSame(State.ABSENT, actual);
      for (int i = Math.max(certain, 0); i <= possible && !matches; i++) {
        matches = isSame(chunk.steps.get(i).state, actual);
      }
      assertTrue(
          matches,
          "chunk %d is version %d pending %d after a crash at %d; steps %d..%d of %d"
              .formatted(
                  chunk.number,
                  actual.version,
                  actual.pendingVersion,
                  crash,
                  certain,
                  possible,
                  chunk.steps.size()));
    }
    SpaceCheck.check(opened);
  }

  /** Forgets the past: what the engine has now is where the model goes on. */
  void adopt(BlockEngine opened) {
    for (Chunk chunk : chunks) {
      chunk.state = stateOf(opened, chunk);
      chunk.steps.clear();
      Step step = new Step(chunk.state, -1);
      step.certainFrom = -1;
      chunk.steps.add(step);
      chunk.preparing = false;
    }
    uncertain.clear();
    syncing.clear();
    inFlight.values().forEach(operation -> free.add(operation.buffer));
    inFlight.clear();
    attach(opened);
  }

  private State stateOf(BlockEngine opened, Chunk chunk) {
    int status = opened.stat(TARGET, chunk.number / 3, chunk.number, stat);
    if (status != EngineStatus.OK) {
      assertTrue(
          status == EngineStatus.NO_SUCH_CHUNK || status == EngineStatus.NO_SUCH_TARGET,
          () -> EngineStatus.name(status));
      return State.ABSENT;
    }
    long version = stat.committedVersion;
    long pendingVersion = stat.pendingVersion;
    int kind = stat.pendingKind;
    long digest = stat.committedDigest;
    byte[] content = version == 0 ? null : contentOf(opened, chunk, version);
    byte[] pending = null;
    if (content != null) {
      assertEquals(digestOf(content), digest, "digest of chunk " + chunk.number);
    }
    if (pendingVersion != 0 && kind != ChunkUpdate.REMOVE) {
      pending = contentOf(opened, chunk, pendingVersion);
      assertEquals(digestOf(pending), stat.pendingDigest, "pending digest " + chunk.number);
    }
    return new State(version, content, pendingVersion, pending, kind);
  }

  private long digestOf(byte[] content) {
    long buffer = free.peek();
    Memory.fill(buffer, BUFFER_BYTES, (byte) 0);
    Memory.put(buffer, content, 0, content.length);
    long digest = 0;
    for (int block = 0; block * 4096 < content.length; block++) {
      digest += Digest.term(block, crc.of(buffer + block * 4096L, 4096));
    }
    return digest;
  }

  private byte[] contentOf(BlockEngine opened, Chunk chunk, long version) {
    BlockEngine current = opened;
    long buffer = free.remove();
    direct = Integer.MIN_VALUE;
    assertEquals(
        EngineStatus.OK,
        current.read(
            TARGET,
            chunk.number / 3,
            chunk.number,
            version,
            0,
            chunk.capacity,
            buffer,
            DIRECT_TAG));
    for (int i = 0; direct == Integer.MIN_VALUE; i++) {
      assertTrue(i < 1_000_000, "a read hangs");
      current.doWork();
    }
    int length = direct;
    assertTrue(
        length >= 0, () -> "read of chunk " + chunk.number + ": " + EngineStatus.name(length));
    byte[] content = new byte[length];
    Memory.get(buffer, content, 0, length);
    free.add(buffer);
    return content;
  }

  private static boolean isSame(State one, State other) {
    return one.version == other.version
        && one.pendingVersion == other.pendingVersion
        && one.kind == other.kind
        && Arrays.equals(one.content, other.content)
        && Arrays.equals(one.pending, other.pending);
  }

  private static void assertSame(Chunk chunk, State expected, State actual) {
    String name = "chunk " + chunk.number;
    assertEquals(expected.version, actual.version, name);
    assertEquals(expected.pendingVersion, actual.pendingVersion, name);
    assertEquals(expected.kind, actual.kind, name);
    assertArrayEquals(expected.content, actual.content, name);
    assertArrayEquals(expected.pending, actual.pending, name);
  }
}
