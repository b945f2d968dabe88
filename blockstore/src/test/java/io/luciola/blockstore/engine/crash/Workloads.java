package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.crash.Operation.Commit;
import io.luciola.blockstore.engine.crash.Operation.CommitAll;
import io.luciola.blockstore.engine.crash.Operation.CreateTarget;
import io.luciola.blockstore.engine.crash.Operation.Discard;
import io.luciola.blockstore.engine.crash.Operation.Prepare;
import io.luciola.blockstore.engine.crash.Operation.PrepareAll;
import io.luciola.blockstore.engine.crash.Operation.Read;
import io.luciola.blockstore.engine.crash.Operation.RemoveTarget;
import io.luciola.blockstore.engine.crash.Operation.Reopen;
import io.luciola.blockstore.engine.crash.Operation.Sync;
import io.luciola.blockstore.engine.crash.Operation.Update;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The full list of operations, and the states of chunks that they meet. */
final class Workloads {

  private static final int KIB = 1 << 10;

  // Chunks of the setup, by what they are.
  private static final int RAGGED = 0;
  private static final int OVERWRITE_PENDING = 1;
  private static final int CREATE_PENDING = 2;
  private static final int ABSENT = 3;
  private static final int SMALL = 4;
  private static final int REMOVE_PENDING = 5;
  private static final int ABSENT_TOO = 6;
  private static final int LARGE = 7;
  private static final int EVEN = 8;
  private static final int SPARSE = 9;

  private Workloads() {}

  /** Brings a fresh engine into a state in which every operation finds something to do. */
  static List<Operation> setup() {
    return List.of(
        new CreateTarget(EngineModel.TARGET, 1 << 30),
        new Update(Change.write(RAGGED, 0, 20_000, 64 * KIB)),
        new Update(Change.write(RAGGED, 1000, 300, 64 * KIB)),
        new Update(Change.write(OVERWRITE_PENDING, 0, 16 * KIB, 64 * KIB)),
        new Update(Change.write(SMALL, 0, 100, 4 * KIB)),
        new Update(Change.write(REMOVE_PENDING, 0, 5000, 16 * KIB)),
        new Update(Change.write(LARGE, 0, 200_000, 256 * KIB)),
        new Update(Change.write(EVEN, 0, 8 * KIB, 64 * KIB)),
        new Update(Change.write(SPARSE, 30_000, 100, 64 * KIB)),
        new Prepare(Change.write(OVERWRITE_PENDING, 6000, 12_000, 64 * KIB)),
        new Prepare(Change.write(CREATE_PENDING, 0, 9000, 16 * KIB)),
        new Prepare(Change.remove(REMOVE_PENDING)),
        new Sync());
  }

  /**
   * Fills the journal to just below the point at which a checkpoint begins, in an engine whose
   * journal has 2 MiB.
   */
  static List<Operation> journalHalfFull() {
    List<Operation> operations = new ArrayList<>(setup());
    for (int i = 0; i < 15; i++) {
      operations.add(new Update(Change.write(10, 0, 64 * KIB, 64 * KIB).withSeed(1000 + i)));
    }
    operations.add(new Sync());
    return operations;
  }

  /** Every operation by its name. */
  static Map<String, Operation> all() {
    Map<String, Operation> all = new LinkedHashMap<>();
    all.put("create", new Prepare(Change.write(ABSENT, 0, 8 * KIB, 64 * KIB)));
    all.put("create-ragged", new Prepare(Change.write(ABSENT, 0, 5000, 16 * KIB)));
    all.put("create-sparse", new Prepare(Change.write(ABSENT, 9000, 100, 64 * KIB)));
    all.put("create-committed", new Update(Change.write(ABSENT_TOO, 0, 10_000, 64 * KIB)));
    all.put("append-even", new Prepare(Change.write(EVEN, 8 * KIB, 4 * KIB, 64 * KIB)));
    all.put("append-ragged", new Prepare(Change.write(RAGGED, 20_000, 3000, 64 * KIB)));
    all.put("append-committed", new Update(Change.write(EVEN, 8 * KIB, 9000, 64 * KIB)));
    all.put("append-moves", new Prepare(Change.write(SMALL, 50, 9000, 16 * KIB)));
    all.put("overwrite-block", new Prepare(Change.write(RAGGED, 4 * KIB, 4 * KIB, 64 * KIB)));
    all.put("overwrite-bytes", new Prepare(Change.write(RAGGED, 5000, 100, 64 * KIB)));
    all.put("overwrite-spanning", new Prepare(Change.write(RAGGED, 16_000, 12_000, 64 * KIB)));
    all.put("overwrite-large", new Prepare(Change.write(LARGE, 0, 150_000, 256 * KIB)));
    all.put("overwrite-committed", new Update(Change.write(RAGGED, 3000, 7000, 64 * KIB)));
    all.put("overwrite-hole", new Prepare(Change.write(SPARSE, 5000, 5000, 64 * KIB)));
    all.put("write-behind-gap", new Prepare(Change.write(RAGGED, 40_000, 10, 64 * KIB)));
    all.put("cut-ragged", new Prepare(Change.truncate(RAGGED, 7000, 64 * KIB)));
    all.put("cut-even", new Prepare(Change.truncate(RAGGED, 8 * KIB, 64 * KIB)));
    all.put("cut-all", new Prepare(Change.truncate(RAGGED, 0, 64 * KIB)));
    all.put("cut-committed", new Update(Change.truncate(RAGGED, 5000, 64 * KIB)));
    all.put("extend", new Prepare(Change.truncate(RAGGED, 50_000, 64 * KIB)));
    all.put("replace", new Prepare(Change.replace(RAGGED, 30_000, 64 * KIB)));
    all.put("replace-empty", new Prepare(Change.replace(RAGGED, 0, 64 * KIB)));
    all.put(
        "install-older", new Prepare(Change.install(RAGGED, 5000, 64 * KIB).withVersionStep(-1)));
    all.put("install-same", new Prepare(Change.install(RAGGED, 9000, 64 * KIB).withVersionStep(0)));
    all.put("replace-new", new Prepare(Change.replace(ABSENT, 6000, 64 * KIB).withVersionStep(7)));
    all.put("replace-committed", new Update(Change.replace(RAGGED, 12_000, 64 * KIB)));
    all.put("remove", new Prepare(Change.remove(RAGGED)));
    all.put("remove-committed", new Update(Change.remove(EVEN)));
    all.put("commit", new Commit(RAGGED));
    all.put("commit-created", new Commit(ABSENT));
    all.put("commit-overwrite", new Commit(OVERWRITE_PENDING));
    all.put("commit-create", new Commit(CREATE_PENDING));
    all.put("commit-remove", new Commit(REMOVE_PENDING));
    all.put("discard", new Discard(RAGGED));
    all.put("discard-created", new Discard(ABSENT));
    all.put("discard-overwrite", new Discard(OVERWRITE_PENDING));
    all.put("discard-create", new Discard(CREATE_PENDING));
    all.put("discard-remove", new Discard(REMOVE_PENDING));
    all.put("wrong-version", new Prepare(Change.write(RAGGED, 0, 10, 64 * KIB).withVersionStep(2)));
    all.put("read", new Read(RAGGED, false, 100, 15_000));
    all.put("read-pending", new Read(OVERWRITE_PENDING, true, 5000, 9000));
    all.put("create-target", new CreateTarget(9, 1 << 20));
    all.put("create-target-again", new CreateTarget(EngineModel.TARGET, 1 << 30));
    all.put("remove-target", new RemoveTarget(EngineModel.TARGET));
    all.put("remove-target-unknown", new RemoveTarget(8));
    all.put("sync", new Sync());
    all.put("reopen", new Reopen());
    if (EngineFeatures.CONDITIONS) {
      all.put("create-only", new Prepare(Change.write(ABSENT, 0, 5000, 16 * KIB).onlyIf(0)));
      all.put("create-only-refused", new Prepare(Change.write(EVEN, 0, 10, 64 * KIB).onlyIf(0)));
      all.put("if-version", new Prepare(Change.write(EVEN, 0, 10, 64 * KIB).onlyIf(1)));
      all.put("if-version-refused", new Prepare(Change.write(EVEN, 0, 10, 64 * KIB).onlyIf(2)));
    }
    if (EngineFeatures.PUNCH) {
      all.put("punch-even", new Prepare(Change.punch(RAGGED, 4 * KIB, 8 * KIB)));
      all.put("punch-ragged", new Prepare(Change.punch(RAGGED, 3000, 9000)));
      all.put("punch-end", new Prepare(Change.punch(RAGGED, 10_000, 10_000)));
      all.put("punch-large", new Prepare(Change.punch(LARGE, 1000, 190_000)));
      all.put("punch-committed", new Update(Change.punch(RAGGED, 3000, 9000)));
      all.put("punch-too-far", new Prepare(Change.punch(RAGGED, 10_000, 10_001)));
    }
    if (EngineFeatures.BATCHES) {
      all.put(
          "prepare-all",
          new PrepareAll(
              List.of(
                  Change.write(RAGGED, 5000, 100, 64 * KIB),
                  Change.write(ABSENT, 0, 9000, 16 * KIB),
                  Change.remove(EVEN))));
      all.put(
          "prepare-all-refused",
          new PrepareAll(
              List.of(Change.write(EVEN, 0, 100, 64 * KIB), Change.remove(OVERWRITE_PENDING))));
      all.put(
          "commit-all", new CommitAll(List.of(OVERWRITE_PENDING, CREATE_PENDING, REMOVE_PENDING)));
      all.put("commit-all-prepared", new CommitAll(List.of(RAGGED, ABSENT, EVEN)));
    }
    return all;
  }
}
