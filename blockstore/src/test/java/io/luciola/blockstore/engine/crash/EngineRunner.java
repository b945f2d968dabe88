package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.crash.ChunkHistory.Batch;
import io.luciola.blockstore.engine.crash.ChunkHistory.Step;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Runs operations on an engine, tells the model what was asked for and what was promised, and holds
 * every answer against the model. Throws an AssertionError where they differ.
 */
final class EngineRunner implements ChunkEngine.Listener, AutoCloseable {

  static final int CHAIN_VERSION_OF_PREPARE = 3;
  static final int CHAIN_VERSION_OF_COMMIT = 4;

  private static final int BUFFERS = 24;
  private static final int BUFFER_BYTES = EngineInspector.MAX_CHUNK_BYTES + 4096;
  private static final int MAX_TURNS = 1_000_000;
  private static final long INSPECTION_TAG = -1;

  /** A prepare, or a batch of them, on its way. */
  private record Preparing(int life, List<Step> steps, List<Long> buffers) {}

  private record Reading(int life, ChunkHistory chunk, int offset, int length, long buffer) {}

  private record Syncing(List<Step> steps) {}

  private final EngineModel model;
  private final Supplier<BlockDevice> devices;
  private final EngineOptions options;
  private final long memory = Memory.allocate((long) BUFFERS * BUFFER_BYTES);
  private final ArrayDeque<Long> free = new ArrayDeque<>();
  private final Map<Long, Object> inFlight = new HashMap<>();
  private final List<Step> uncertain = new ArrayList<>();
  private final Crc32c crc = new Crc32c();
  private BlockEngine engine;
  private EngineInspector inspector;
  private boolean faultsExpected;
  private long nextTag = 1;
  private long operations;

  /** Opens an engine; each opening asks for the device, as closing has closed it. */
  EngineRunner(EngineModel model, Supplier<BlockDevice> devices, EngineOptions options) {
    this.model = model;
    this.devices = devices;
    this.options = options;
    for (int i = 0; i < BUFFERS; i++) {
      free.add(memory + (long) i * BUFFER_BYTES);
    }
    open();
  }

  BlockEngine engine() {
    return engine;
  }

  EngineInspector inspector() {
    return inspector;
  }

  /** Operations that were carried out or refused as the model foresaw. */
  long operations() {
    return operations;
  }

  /** From now on the device may fail, and what is refused or fails because of it is no error. */
  void expectFaults() {
    faultsExpected = true;
  }

  /** Carries out one operation; does not wait for it unless that is its meaning. */
  void run(Operation operation) {
    switch (operation) {
      case Operation.Prepare(Change change) -> prepareAll(List.of(change), false);
      case Operation.Update(Change change) -> {
        prepareAll(List.of(change), false);
        settle();
        commit(change.chunk());
      }
      case Operation.PrepareAll(List<Change> changes) -> prepareAll(changes, true);
      case Operation.Commit(int chunk) -> commit(chunk);
      case Operation.CommitAll(List<Integer> chunks) -> commitAll(chunks);
      case Operation.Discard(int chunk) -> discard(chunk);
      case Operation.Read read -> read(read);
      case Operation.Sync() -> sync();
      case Operation.CreateTarget(long target, long budget) -> createTarget(target, budget);
      case Operation.RemoveTarget(long target) -> removeTarget(target);
      case Operation.Reopen() -> reopen();
      case Operation.Work(int rounds) -> work(rounds);
    }
    operations++;
  }

  /** Waits until nothing is in flight. */
  void settle() {
    waitUntil(inFlight::isEmpty);
  }

  /** Waits until the engine has nothing more to do. */
  void idle() {
    settle();
    int quiet = 0;
    for (int i = 0; quiet < 20; i++) {
      require(i < MAX_TURNS, "the engine never rests");
      quiet = engine.doWork() == 0 ? quiet + 1 : 0;
    }
  }

  /** Closes in order and opens again. */
  void reopen() {
    shut();
    model.settle();
    open();
    model.checkExactly(inspector);
  }

  /**
   * Forgets what is in flight and opens what a crash or a fault has left; then goes on from it. The
   * old engine's device fails everything.
   */
  void recover(int crash) {
    shutUnsettled();
    free.clear();
    for (int i = 0; i < BUFFERS; i++) {
      free.add(memory + (long) i * BUFFER_BYTES);
    }
    inFlight.clear();
    uncertain.clear();
    open();
    model.check(inspector, crash);
    model.adopt(inspector);
  }

  /** Closes the engine in order. */
  void shut() {
    settle();
    shutUnsettled();
    uncertain.clear();
  }

  @Override
  public void close() {
    Memory.free(memory, (long) BUFFERS * BUFFER_BYTES);
  }

  private void shutUnsettled() {
    inspector.close();
    engine.close();
  }

  private void open() {
    engine = BlockEngine.open(devices.get(), options, this);
    faultsExpected = false;
    inspector = new EngineInspector(engine);
  }

  private void work(int rounds) {
    for (int i = 0; i < rounds; i++) {
      engine.doWork();
    }
  }

  private void prepareAll(List<Change> changes, boolean asBatch) {
    Set<Integer> refusals = Set.of();
    int status = EngineStatus.BACK_PRESSURE;
    List<Step> steps = new ArrayList<>();
    List<Long> buffers = new ArrayList<>();
    waitUntil(() -> free.size() >= changes.size());
    long tag = nextTag++;
    for (int turn = 0; status == EngineStatus.BACK_PRESSURE; turn++) {
      require(turn < MAX_TURNS, "back pressure never ends");
      ChunkUpdate[] updates = new ChunkUpdate[changes.size()];
      Batch batch = asBatch ? new Batch() : null;
      steps.forEach(Step::withdraw);
      steps.clear();
      buffers.forEach(free::addFirst);
      buffers.clear();
      boolean refused = false;
      for (int i = 0; i < changes.size(); i++) {
        refusals = refused ? refusals : model.refusals(changes.get(i));
        refused |= !refusals.isEmpty();
        long buffer = free.remove();
        buffers.add(buffer);
        updates[i] = update(changes.get(i), tag + i, buffer);
        steps.add(stepTo(changes.get(i), updates[i], batch));
      }
      status =
          asBatch
              ? engine.prepareAll(updates, updates.length, tag)
              : engine.prepare(updates[0], tag);
      if (status == EngineStatus.BACK_PRESSURE) {
        engine.doWork();
      }
    }
    nextTag += changes.size();
    if (status == EngineStatus.OK) {
      require(refusals.isEmpty(), changes + " was taken and should be refused");
      steps.forEach(step -> step.chunk.preparing = true);
      inFlight.put(tag, new Preparing(model.life(), steps, buffers));
      return;
    }
    steps.forEach(Step::withdraw);
    free.addAll(buffers);
    boolean allowed =
        refusals.contains(status)
            || (faultsExpected && status == EngineStatus.ENGINE_CLOSED)
            || (refusals.isEmpty() && status == EngineStatus.NO_SPACE);
    if (!allowed) {
      throw new AssertionError(
          "%s says %s, expected %s"
              .formatted(
                  changes,
                  EngineStatus.name(status),
                  refusals.stream().map(EngineStatus::name).toList()));
    }
  }

  private ChunkUpdate update(Change change, long sequence, long buffer) {
    ChunkState state = model.chunk(change.chunk()).state;
    ChunkUpdate update = new ChunkUpdate();
    update.targetId = EngineModel.TARGET;
    update.chunkHi = EngineModel.chunkHi(change.chunk());
    update.chunkLo = change.chunk();
    update.kind = change.kind();
    update.version = state.committedNumber() + change.versionStep();
    update.ifVersion = change.ifVersion();
    update.chainVersion = CHAIN_VERSION_OF_PREPARE;
    update.clientId = 5;
    update.channel = 6;
    update.sequence = sequence;
    update.offsetBytes = change.offset();
    update.lengthBytes = change.length();
    update.capacityBytes = change.capacity();
    if (change.hasData()) {
      byte[] data = Content.of(change.seed(), change.length());
      // Payloads come at any alignment.
      update.dataAddress = buffer + (change.seed() & 8);
      Memory.put(update.dataAddress, data, 0, data.length);
      update.dataCrc32c = crc.of(update.dataAddress, data.length);
    }
    return update;
  }

  private Step stepTo(Change change, ChunkUpdate update, Batch batch) {
    ChunkHistory chunk = model.chunk(change.chunk());
    byte[] data = change.hasData() ? Content.of(change.seed(), change.length()) : null;
    Version pending =
        new Version(
            update.version,
            update.kind,
            Content.after(chunk.state.content(), change, data),
            update.chainVersion,
            update.sequence);
    return chunk.step(new ChunkState(chunk.state.committed(), pending), batch, model.position());
  }

  private void commit(int number) {
    ChunkHistory chunk = model.chunk(number);
    Version pending = chunk.state.pending();
    int status =
        retry(
            () ->
                engine.commit(
                    EngineModel.TARGET,
                    EngineModel.chunkHi(number),
                    number,
                    pending == null ? Long.MAX_VALUE : pending.number(),
                    CHAIN_VERSION_OF_COMMIT));
    if (answers(status, pending != null, "commit of chunk " + number)) {
      finish(chunk, committed(pending), null);
    }
  }

  private void discard(int number) {
    ChunkHistory chunk = model.chunk(number);
    Version pending = chunk.state.pending();
    int status =
        retry(
            () ->
                engine.discardPending(
                    EngineModel.TARGET,
                    EngineModel.chunkHi(number),
                    number,
                    pending == null ? Long.MAX_VALUE : pending.number()));
    if (answers(status, pending != null, "discard of chunk " + number)) {
      finish(chunk, new ChunkState(chunk.state.committed(), null), null);
    }
  }

  private void commitAll(List<Integer> numbers) {
    List<ChunkHistory> chunks = numbers.stream().map(model::chunk).toList();
    ChunkUpdate[] updates = new ChunkUpdate[chunks.size()];
    boolean possible = true;
    for (int i = 0; i < updates.length; i++) {
      Version pending = chunks.get(i).state.pending();
      possible &= pending != null;
      updates[i] = new ChunkUpdate();
      updates[i].targetId = EngineModel.TARGET;
      updates[i].chunkHi = EngineModel.chunkHi(chunks.get(i).number);
      updates[i].chunkLo = chunks.get(i).number;
      updates[i].version = pending == null ? Long.MAX_VALUE : pending.number();
      updates[i].chainVersion = CHAIN_VERSION_OF_COMMIT;
    }
    int status = retry(() -> engine.commitAll(updates, updates.length));
    if (answers(status, possible, "commit of chunks " + numbers)) {
      Batch batch = new Batch();
      chunks.forEach(chunk -> finish(chunk, committed(chunk.state.pending()), batch));
    }
  }

  private static ChunkState committed(Version pending) {
    return pending.content() == null
        ? ChunkState.ABSENT
        : new ChunkState(
            new Version(
                pending.number(),
                0,
                pending.content(),
                CHAIN_VERSION_OF_COMMIT,
                pending.sequence()),
            null);
  }

  private void finish(ChunkHistory chunk, ChunkState next, Batch batch) {
    chunk.state = next;
    uncertain.add(chunk.step(next, batch, model.position()));
  }

  private boolean answers(int status, boolean possible, String what) {
    if (status == EngineStatus.OK) {
      require(possible, what + " was taken and nothing was pending");
      return true;
    }
    boolean allowed =
        (faultsExpected && status == EngineStatus.ENGINE_CLOSED)
            || (!possible && isAbsence(status))
            || (!possible && hasTarget() && status == EngineStatus.VERSION_MISMATCH);
    require(allowed, what + " says " + EngineStatus.name(status));
    return false;
  }

  private boolean hasTarget() {
    return model.hasTarget(EngineModel.TARGET);
  }

  /** Whether that is what the engine has to say of a chunk that is not there. */
  private boolean isAbsence(int status) {
    return status == (hasTarget() ? EngineStatus.NO_SUCH_CHUNK : EngineStatus.NO_SUCH_TARGET);
  }

  private void read(Operation.Read read) {
    ChunkHistory chunk = model.chunk(read.chunk());
    Version wanted = read.pending() ? chunk.state.pending() : chunk.state.committed();
    waitUntil(() -> !free.isEmpty());
    long tag = nextTag++;
    long buffer = free.remove();
    int status =
        retry(
            () ->
                engine.read(
                    EngineModel.TARGET,
                    EngineModel.chunkHi(read.chunk()),
                    read.chunk(),
                    read.pending()
                        ? (wanted == null ? Long.MAX_VALUE : wanted.number())
                        : ChunkEngine.COMMITTED,
                    read.offset(),
                    read.length(),
                    buffer,
                    tag));
    if (status == EngineStatus.OK) {
      require(wanted != null && wanted.content() != null, read + " was taken");
      inFlight.put(tag, new Reading(model.life(), chunk, read.offset(), read.length(), buffer));
      return;
    }
    free.add(buffer);
    boolean readable = wanted != null && wanted.content() != null;
    require(
        !readable
            && (isAbsence(status) || (hasTarget() && status == EngineStatus.VERSION_MISMATCH)),
        read + " says " + EngineStatus.name(status));
  }

  private void sync() {
    long tag = nextTag++;
    int status = retry(() -> engine.sync(tag));
    if (status == EngineStatus.OK) {
      inFlight.put(tag, new Syncing(List.copyOf(uncertain)));
    } else {
      require(
          faultsExpected && status == EngineStatus.ENGINE_CLOSED,
          "sync says " + EngineStatus.name(status));
    }
  }

  private void createTarget(long target, long budgetBytes) {
    model.targetPossible(target, true);
    int status = engine.createTarget(target, budgetBytes);
    for (int turn = 0; status == EngineStatus.TARGET_BEING_REMOVED; turn++) {
      require(turn < MAX_TURNS, "a removal does not end");
      engine.doWork();
      status = engine.createTarget(target, budgetBytes);
    }
    // It worked on without telling of what ended meanwhile.
    engine.doWork();
    if (status == EngineStatus.OK) {
      model.targetCertain(target);
    } else {
      require(faultsExpected, "createTarget says " + EngineStatus.name(status));
    }
  }

  private void removeTarget(long target) {
    if (!model.hasTarget(target)) {
      int status = engine.removeTarget(target);
      require(
          status == EngineStatus.NO_SUCH_TARGET,
          "removeTarget of nothing says " + EngineStatus.name(status));
      return;
    }
    model.targetPossible(target, false);
    int status = engine.removeTarget(target);
    if (status == EngineStatus.OK) {
      model.targetCertain(target);
    } else {
      require(faultsExpected, "removeTarget says " + EngineStatus.name(status));
    }
    // It worked on without telling of what ended meanwhile.
    engine.doWork();
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    if (!(inFlight.remove(tag)
        instanceof Preparing(int life, List<Step> steps, List<Long> buffers))) {
      throw new AssertionError("a prepare ended that is not known");
    }
    free.addAll(buffers);
    boolean isOfThisLife = life == model.life();
    if (isOfThisLife) {
      steps.forEach(step -> step.chunk.preparing = false);
    }
    if (status == EngineStatus.OK) {
      for (Step step : steps) {
        step.chunk.state = isOfThisLife ? step.state : step.chunk.state;
        step.certainFrom(model.position());
      }
      byte[] content = steps.getFirst().state.pending().content();
      if (steps.getFirst().batch == null) {
        require(lengthBytes == (content == null ? 0 : content.length), "length " + lengthBytes);
      }
      return;
    }
    require(
        faultsExpected
            && (status == EngineStatus.DEVICE_ERROR || status == EngineStatus.ENGINE_CLOSED),
        "a prepare ended with " + EngineStatus.name(status));
    if (!engine.isFailed()) {
      // The engine goes on, so that this update can never come to light.
      steps.forEach(Step::withdraw);
    }
  }

  @Override
  public void onRead(long tag, int status, long version) {
    if (tag == INSPECTION_TAG) {
      inspector.onRead(tag, status, version);
      return;
    }
    if (!(inFlight.remove(tag)
        instanceof Reading(int life, ChunkHistory chunk, int offset, int length, long buffer))) {
      throw new AssertionError("a read ended that is not known");
    }
    free.add(buffer);
    if (status == EngineStatus.NO_SUCH_CHUNK
        || status == EngineStatus.VERSION_MISMATCH
        || (life != model.life() && status == EngineStatus.NO_SUCH_TARGET)
        || (faultsExpected && status == EngineStatus.DEVICE_ERROR)) {
      return;
    }
    require(status >= 0, "a read ended with " + EngineStatus.name(status));
    byte[] actual = new byte[status];
    Memory.get(buffer + offset % ChunkEngine.BLOCK_BYTES, actual, 0, status);
    // The version that was read may be newer than the one when the read began.
    for (Step step : chunk.steps()) {
      if (isOf(step.state.committed(), version, offset, length, actual)
          || isOf(step.state.pending(), version, offset, length, actual)) {
        return;
      }
    }
    throw new AssertionError(
        "a read of chunk %d version %d from %d matches nothing"
            .formatted(chunk.number, version, offset));
  }

  private static boolean isOf(
      Version candidate, long version, int offset, int length, byte[] actual) {
    if (candidate == null || candidate.number() != version || candidate.content() == null) {
      return false;
    }
    byte[] content = candidate.content();
    int from = Math.min(offset, content.length);
    int to = (int) Math.min((long) offset + length, content.length);
    return actual.length == Math.max(0, to - from)
        && Arrays.equals(actual, 0, actual.length, content, from, from + actual.length);
  }

  @Override
  public void onSynced(long tag, int status) {
    if (!(inFlight.remove(tag) instanceof Syncing(List<Step> steps))) {
      throw new AssertionError("a sync ended that is not known");
    }
    if (status == EngineStatus.OK) {
      steps.forEach(step -> step.certainFrom(model.position()));
    } else {
      require(faultsExpected, "a sync ended with " + EngineStatus.name(status));
    }
  }

  private int retry(IntSupplier call) {
    int status = call.getAsInt();
    for (int turn = 0; status == EngineStatus.BACK_PRESSURE; turn++) {
      require(turn < MAX_TURNS, "back pressure never ends");
      engine.doWork();
      status = call.getAsInt();
    }
    return status;
  }

  private void waitUntil(BooleanSupplier condition) {
    for (int turn = 0; !condition.getAsBoolean(); turn++) {
      require(turn < MAX_TURNS, "operations hang: " + inFlight.keySet());
      engine.doWork();
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
