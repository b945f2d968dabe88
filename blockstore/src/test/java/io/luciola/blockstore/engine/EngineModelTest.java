package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The engine does what plain arrays would, over clean restarts and over crashes. */
class EngineModelTest {

  private static final int DEVICE_BYTES = 24 << 20;
  private static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(1, 2)).withMaxChunks(256).withJournalBytes(2 << 20);

  private long timeNs;

  private EngineOptions options() {
    return EngineOptions.defaults("model").withNanoTime(() -> timeNs += 100_000);
  }

  @Property(tries = 12)
  void behavesLikeAMapOverRestarts(@ForAll long seed) {
    RecordingDevice device = new RecordingDevice(DEVICE_BYTES, true, seed);
    BlockEngine.format(device, FORMAT);
    EngineModel model = new EngineModel(seed, device::position);
    Random random = new Random(seed);
    BlockEngine engine = BlockEngine.open(device, options(), model);
    model.attach(engine);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 400 + random.nextInt(800); i++) {
        model.act();
      }
      model.settle();
      model.checkAll(engine);
      engine.close();
      engine = BlockEngine.open(device, options(), model);
      model.attach(engine);
      model.checkAll(engine);
    }
    engine.close();
    assertTrue(model.acknowledged > 0);
    model.close();
  }

  @Property(tries = 12)
  void aCrashAtAnyPointLosesNothingAcknowledged(@ForAll long seed) {
    crashes(seed, true);
  }

  @Property(tries = 6)
  void aKilledProcessLosesNothingAcknowledgedWithoutVolatileCache(@ForAll long seed) {
    crashes(seed, false);
  }

  private void crashes(long seed, boolean volatileCache) {
    Random random = new Random(seed);
    RecordingDevice device = new RecordingDevice(DEVICE_BYTES, volatileCache, seed);
    BlockEngine.format(device, FORMAT);
    RecordingDevice[] current = {device};
    EngineModel model = new EngineModel(seed, () -> current[0].position());
    BlockEngine engine = BlockEngine.open(device, options(), model);
    model.attach(engine);
    model.adopt(engine);
    for (int round = 0; round < 4; round++) {
      current[0].record();
      int from = 0;
      int actions = 200 + random.nextInt(1200);
      for (int i = 0; i < actions; i++) {
        model.act();
      }
      int end = current[0].position();
      for (int sample = 0; sample < 25; sample++) {
        int crash = from + random.nextInt(end - from + 1);
        RecordingDevice crashed = current[0].crashedAt(crash, random, random.nextBoolean());
        BlockEngine recovered = BlockEngine.open(crashed, options(), model);
        model.checkCrashed(recovered, crash);
        if (sample == 0) {
          // Crash again in the middle of what recovery wrote.
          twice(current[0], crash, model, random);
        }
        recovered.close();
      }
      RecordingDevice crashed = current[0].crashedAt(end, random, false);
      engine = BlockEngine.open(crashed, options(), model);
      model.checkCrashed(engine, end);
      current[0] = crashed;
      model.adopt(engine);
    }
    engine.close();
    model.close();
  }

  private void twice(RecordingDevice device, int crash, EngineModel model, Random random) {
    RecordingDevice once = device.crashedAt(crash, random, false);
    RecordingDevice untouched = once.copy(1);
    once.record();
    BlockEngine first = BlockEngine.open(once, options(), model);
    model.checkCrashed(first, crash);
    int writes = once.position();
    for (int at = 0; at <= writes; at += 1 + random.nextInt(3)) {
      RecordingDevice again = once.crashedAt(at, random, true);
      BlockEngine second = BlockEngine.open(again, options(), model);
      model.checkCrashed(second, crash);
      second.close();
    }
    first.close();
    BlockEngine third = BlockEngine.open(untouched, options(), model);
    model.checkCrashed(third, crash);
    third.close();
  }
}
