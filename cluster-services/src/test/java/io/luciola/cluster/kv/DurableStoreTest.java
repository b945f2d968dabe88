package io.luciola.cluster.kv;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableStoreTest extends KeyValueStoreContract {

  @TempDir Path directory;
  private final ManualClock clock = new ManualClock();

  @Override
  KeyValueStore newStore() throws IOException {
    return new EmbeddedStore(directory, EmbeddedOptions.DEFAULT, clock, new Random(1));
  }

  @Override
  void passTime(long ns) {
    clock.pass(ns);
  }

  @Test
  void shouldSayWhoHoldsADirectoryThatIsInUse() {
    IOException refused = assertThrows(IOException.class, this::newStore);
    assertTrue(refused.getMessage().contains("is in use"), refused.getMessage());
    assertTrue(refused.getMessage().contains(directory.toString()), refused.getMessage());
  }
}
