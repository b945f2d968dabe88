package io.luciola.cluster.kv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.kv.KvException.Kind;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of commits when the log cannot be written. */
final class CommitterFailureTest {

  private static final byte[] KEY = {'k'};

  private final FailingJournal journal = new FailingJournal();
  private final Committer committer =
      new Committer(new VersionedMap(), 0, journal, 16, System::nanoTime);
  private Thread thread;

  @BeforeEach
  void start() {
    thread = Thread.ofPlatform().start(committer);
  }

  @AfterEach
  void stop() throws Exception {
    committer.close();
    thread.join();
    assertTrue(journal.closed);
  }

  @Test
  void aFullDiskRefusesCommitsAndTheStoreGoesOn() {
    write((byte) 1);
    journal.full = true;
    KvException refused = assertThrows(KvException.class, () -> write((byte) 2));
    assertEquals(Kind.IO, refused.kind());
    assertTrue(refused.getMessage().contains("disk full"), refused.getMessage());
    assertArrayEquals(new byte[] {1}, begin().get(KEY));
    journal.full = false;
    write((byte) 3);
    assertArrayEquals(new byte[] {3}, begin().get(KEY));
  }

  @Test
  void afterAFailedWriteTheOutcomeIsUnknownAndEverythingIsRefused() {
    journal.broken = true;
    Transaction earlier = begin();
    KvException unknown = assertThrows(KvException.class, () -> write((byte) 1));
    assertEquals(Kind.COMMIT_UNKNOWN, unknown.kind());
    assertFalse(unknown.retryable());
    journal.broken = false;
    assertEquals(Kind.IO, assertThrows(KvException.class, () -> write((byte) 2)).kind());
    assertEquals(Kind.IO, assertThrows(KvException.class, () -> earlier.get(KEY)).kind());
    assertNull(committer.get(KEY, committer.visibleVersion()), "it was never published");
  }

  private Transaction begin() {
    return new OptimisticTransaction(
        committer, System::nanoTime, System.nanoTime(), committer.visibleVersion());
  }

  private void write(byte value) {
    try (Transaction transaction = begin()) {
      transaction.set(KEY, new byte[] {value});
      transaction.commit();
    }
  }

  private static final class FailingJournal implements Journal {
    volatile boolean full;
    volatile boolean broken;
    volatile boolean closed;

    @Override
    public void reserve(int bodyBytes) throws IOException {
      if (full) {
        throw new IOException("disk full");
      }
    }

    @Override
    public void append(GroupBody body) throws IOException {
      if (broken) {
        throw new IOException("device error");
      }
    }

    @Override
    public void published(VersionedMap map, long version) {}

    @Override
    public long oldestVersionInUse() {
      return Long.MAX_VALUE;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
