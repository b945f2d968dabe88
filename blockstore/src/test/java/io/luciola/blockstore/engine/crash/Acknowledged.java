package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.SpaceCheck;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@link KillWriter} said was acknowledged, and whether a device still holds it. */
final class Acknowledged {

  /** A line that was cut off lacks the full stop and says nothing. */
  private static final Pattern LINE = Pattern.compile("(prepared|committed) (\\d+) (\\d+)\\.");

  private final long seed;
  private final int[] prepared = new int[KillWriter.CHUNKS];
  private final int[] committed = new int[KillWriter.CHUNKS];

  /** Nothing yet; the seed is the writer's. */
  Acknowledged(long seed) {
    this.seed = seed;
  }

  /** Every chunk is at its step. */
  void noteReached(int[] steps) {
    System.arraycopy(steps, 0, prepared, 0, steps.length);
    System.arraycopy(steps, 0, committed, 0, steps.length);
  }

  /** Takes in a line of the writer's; others are passed over. */
  void note(String line) {
    Matcher said = LINE.matcher(line);
    if (said.matches()) {
      int[] steps = said.group(1).equals("prepared") ? prepared : committed;
      int chunk = Integer.parseInt(said.group(2));
      steps[chunk] = Math.max(steps[chunk], Integer.parseInt(said.group(3)));
    }
  }

  /** Prepared updates of all chunks. */
  int updates() {
    return Arrays.stream(prepared).sum();
  }

  /**
   * Verifies everything and brings each chunk to a committed step.
   *
   * @param allHeard whether nothing the writer said was lost on the way; then no chunk is further
   *     than one step
   * @return the step of each chunk
   */
  int[] verify(BlockDevice device, boolean allHeard) {
    int[] reached = new int[KillWriter.CHUNKS];
    try (EngineInspector inspector =
        new EngineInspector(device, EngineOptions.defaults("killed"))) {
      SpaceCheck.check(inspector.engine);
      for (int chunk = 0; chunk < KillWriter.CHUNKS; chunk++) {
        reached[chunk] = verify(inspector, chunk, allHeard);
      }
    }
    return reached;
  }

  private int verify(EngineInspector inspector, int chunk, boolean allHeard) {
    ChunkState state = inspector.stateOf(chunk);
    int committedStep = state.committed() == null ? 0 : (int) state.committed().sequence();
    int pendingStep = state.pending() == null ? 0 : (int) state.pending().sequence();
    int lastStep = Math.max(committedStep, pendingStep);
    String what =
        "chunk %d is %s; step %d was prepared and %d committed"
            .formatted(chunk, state, prepared[chunk], committed[chunk]);
    assertTrue(lastStep >= prepared[chunk], what);
    assertTrue(committedStep >= committed[chunk], what);
    assertTrue(!allHeard || lastStep <= prepared[chunk] + 1, what);
    assertTrue(pendingStep == 0 || pendingStep == committedStep + 1, what);
    if (committedStep > 0) {
      assertTrue(
          Arrays.equals(
              KillWriter.contentAt(seed, chunk, committedStep), state.committed().content()),
          () -> what + ": wrong bytes");
    }
    if (pendingStep > 0) {
      assertTrue(
          Arrays.equals(KillWriter.contentAt(seed, chunk, pendingStep), state.pending().content()),
          () -> what + ": wrong pending bytes");
      assertEquals(
          EngineStatus.OK,
          inspector.engine.commit(
              EngineModel.TARGET,
              EngineModel.chunkHi(chunk),
              chunk,
              state.pending().number(),
              EngineRunner.CHAIN_VERSION_OF_COMMIT));
    }
    return lastStep;
  }
}
