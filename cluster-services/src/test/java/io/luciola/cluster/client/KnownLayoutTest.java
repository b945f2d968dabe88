package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.Inode;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KnownLayoutTest {

  private static final int CHUNK_BYTES = 4096;
  private static final FileLayout ONE = new FileLayout(CHUNK_BYTES).with(1, new int[] {1});

  private final AtomicReference<FileLayout> meta = new AtomicReference<>(ONE);
  private final AtomicInteger grows = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);
  private volatile int refusal;

  private final Namespace namespace =
      (Namespace)
          Proxy.newProxyInstance(
              Namespace.class.getClassLoader(),
              new Class<?>[] {Namespace.class},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "growLayout" -> grow((long) arguments[1]);
                    case "attributes" -> look();
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private final KnownLayout known = new KnownLayout(namespace, inode());

  private Inode inode() {
    return Inode.newBuilder().setId(5).setLayout(LayoutMessages.toProto(meta.get())).build();
  }

  private Inode look() {
    looks.incrementAndGet();
    refuse();
    return inode();
  }

  private Inode grow(long chunk) throws InterruptedException {
    grows.incrementAndGet();
    answers.await();
    refuse();
    meta.updateAndGet(
        now -> now.endChunk() > chunk ? now : now.with(chunk + 1 - now.endChunk(), new int[] {2}));
    return inode();
  }

  private void refuse() {
    if (refusal != 0) {
      throw new PosixException(refusal, "refused");
    }
  }

  @Test
  void whatIsCoveredIsNotAskedFor() {
    assertSame(known.layout(), known.forWrite(0, CHUNK_BYTES));
    assertSame(known.layout(), known.forRead(1, CHUNK_BYTES - 1));
    assertSame(known.layout(), known.forWrite(99 * CHUNK_BYTES, 0));
    assertEquals(0, grows.get() + looks.get());
  }

  @Test
  void aWriteOfManyChunksAsksOnceForItsLast() {
    answers.countDown();
    assertEquals(8, known.forWrite(CHUNK_BYTES - 1, 6 * CHUNK_BYTES + 2).endChunk());
    assertEquals(1, grows.get());
    known.forWrite(7 * CHUNK_BYTES, CHUNK_BYTES);
    assertEquals(1, grows.get());
  }

  @Test
  void writersOfOneFileShareAQuestion() throws Exception {
    assertEquals(List.of(0, 0, 0, 0, 0, 0), inThreads(6));
    assertEquals(1, grows.get());
    assertEquals(4, known.layout().endChunk());
  }

  @Test
  void writersWhoShareAQuestionShareItsRefusal() throws Exception {
    refusal = Errno.ENOSPC;
    assertEquals(List.of(Errno.ENOSPC, Errno.ENOSPC, Errno.ENOSPC, Errno.ENOSPC), inThreads(4));
    assertEquals(1, grows.get());
    refusal = 0;
    assertEquals(4, known.forWrite(3 * CHUNK_BYTES, 1).endChunk(), "the next one asks anew");
  }

  /** Threads that write to chunk 3 and end before it, while Meta takes its time; their errnos. */
  private List<Integer> inThreads(int count) throws InterruptedException {
    List<Integer> results = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long chunk = i == 0 ? 3 : 1 + i % 3;
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    int errno = 0;
                    try {
                      known.forWrite(chunk * CHUNK_BYTES, CHUNK_BYTES);
                    } catch (PosixException failed) {
                      errno = failed.errno();
                    }
                    synchronized (results) {
                      results.add(errno);
                    }
                  }));
      awaitStopped(writers.getLast());
    }
    answers.countDown();
    for (Thread writer : writers) {
      writer.join();
    }
    return results;
  }

  private static void awaitStopped(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aReadBehindTheLayoutLooksWhetherItHasGrown() {
    assertEquals(1, known.forRead(CHUNK_BYTES, 1).endChunk(), "a hole");
    meta.set(ONE.with(9, new int[] {3}));
    assertEquals(10, known.forRead(CHUNK_BYTES, 1).endChunk());
    assertEquals(2, looks.get());
    assertEquals(10, known.forRead(9 * CHUNK_BYTES, CHUNK_BYTES).endChunk());
    assertEquals(2, looks.get());
  }

  @Test
  void aShorterLayoutIsNotTakenOver() {
    FileLayout longer = ONE.with(9, new int[] {3});
    Inode old = inode();
    meta.set(longer);
    known.adopt(inode());
    known.adopt(old);
    assertEquals(longer, known.layout());
  }

  @Test
  void aFileThatIsGoneIsStale() {
    answers.countDown();
    refusal = Errno.ENOENT;
    PosixException write = assertThrows(PosixException.class, () -> known.forWrite(CHUNK_BYTES, 1));
    assertEquals(Errno.ESTALE, write.errno());
    PosixException read = assertThrows(PosixException.class, () -> known.forRead(CHUNK_BYTES, 1));
    assertEquals(Errno.ESTALE, read.errno());
  }
}
