package io.luciola.blockstore.engine.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where threads meet: many clients, small rings, sleeping threads, closing under load. */
@Timeout(180)
class EngineThreadsTest {

  private static final int CLIENTS = 4;

  private static EngineSource scripted(String name, ScriptedEngine[] made) {
    return new EngineSource(
        name,
        listener -> {
          made[0] = new ScriptedEngine(listener);
          return made[0];
        });
  }

  /** Counts each tag's completions. */
  private static final class Counting extends RecordingListener {
    final byte[] completions;
    int total;
    int closed;

    Counting(int requests) {
      completions = new byte[requests];
    }

    private void count(long tag, int status) {
      completions[(int) tag]++;
      total++;
      if (status == EngineStatus.ENGINE_CLOSED) {
        closed++;
      } else {
        assertTrue(status >= 0, EngineStatus.name(status));
      }
    }

    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      count(tag, status);
    }

    @Override
    public void onRead(long tag, int status, long version) {
      assertTrue(status < 0 || version == tag, "the answer is another request's");
      count(tag, status);
    }

    @Override
    public void onSynced(long tag, int status) {
      count(tag, status);
    }

    @Override
    public void onStat(long tag, int status, ChunkStat stat) {
      assertTrue(status < 0 || stat.chunkLo == tag, "the answer is another request's");
      count(tag, status);
    }

    @Override
    public void onCommitRefused(
        long targetId, long chunkHi, long chunkLo, long version, int status) {
      assertEquals(EngineStatus.ENGINE_CLOSED, status);
    }
  }

  /** Asks for what a seed says until it is done or the engine is closed; returns how many. */
  private static int load(EngineClient client, IdleStrategy idle, long seed, int requests) {
    Random random = new Random(seed);
    int asked = 0;
    while (asked < requests) {
      int status =
          switch (random.nextInt(6)) {
            case 0, 1 -> client.read(1, 0, asked, asked, 0, 1, 0, asked);
            case 2 -> client.askStat(1, 0, asked, asked);
            case 3 -> client.prepare(new io.luciola.blockstore.engine.ChunkUpdate(), asked);
            case 4 -> client.sync(asked);
            default -> {
              int committed = client.commit(1, 0, asked, 1, 1);
              // A commit has no completion of its own when all is well.
              yield committed == EngineStatus.OK ? client.sync(asked) : committed;
            }
          };
      if (status == EngineStatus.OK) {
        asked++;
      } else if (status == EngineStatus.ENGINE_CLOSED) {
        break;
      } else {
        assertEquals(EngineStatus.BACK_PRESSURE, status);
      }
      if (status != EngineStatus.OK || random.nextInt(4) == 0) {
        idle.idle(client.doWork());
      }
    }
    while (client.inFlight() > 0) {
      idle.idle(client.doWork());
    }
    return asked;
  }

  @ParameterizedTest
  @EnumSource(IdleMode.class)
  void everyRequestOfManyClientsEndsOnce(IdleMode idle) throws Exception {
    int requests = 50_000;
    ScriptedEngine[] engine = new ScriptedEngine[1];
    try (EngineRunner runner =
            EngineRunner.start(
                ThreadingMode.DEDICATED, idle, 16, List.of(scripted("races", engine)));
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        long seed = 1000L * idle.toString().length() + i;
        all.add(
            threads.submit(
                (Callable<Void>)
                    () -> {
                      Counting counting = new Counting(requests);
                      IdleStrategy own = IdleStrategy.backoff();
                      ClientOptions options = new ClientOptions(7, seed % 2 == 0, own);
                      try (EngineClient client = runner.connect(0, options, counting)) {
                        assertEquals(requests, load(client, own, seed, requests));
                      }
                      assertEquals(requests, counting.total, "seed " + seed);
                      byte[] expected = new byte[requests];
                      Arrays.fill(expected, (byte) 1);
                      assertTrue(Arrays.equals(expected, counting.completions), "seed " + seed);
                      assertEquals(0, counting.closed);
                      return null;
                    }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  @Test
  void closingUnderLoadEndsEveryRequestOnce() throws Exception {
    for (int round = 0; round < 40; round++) {
      boolean failing = round % 2 == 1;
      ScriptedEngine[] engine = new ScriptedEngine[1];
      EngineRunner runner =
          EngineRunner.start(
              ThreadingMode.DEDICATED, IdleMode.BLOCK, 16, List.of(scripted("closing", engine)));
      CountDownLatch connected = new CountDownLatch(CLIENTS);
      try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          long seed = 100L * round + i;
          all.add(
              threads.submit(
                  (Callable<Void>)
                      () -> {
                        Counting counting = new Counting(10_000_000);
                        IdleStrategy own = IdleStrategy.yielding();
                        ClientOptions options = new ClientOptions(7, seed % 2 == 0, own);
                        try (EngineClient client = runner.connect(0, options, counting)) {
                          connected.countDown();
                          int asked = load(client, own, seed, 10_000_000);
                          assertEquals(asked, counting.total, "seed " + seed);
                          for (int tag = 0; tag < asked; tag++) {
                            assertEquals(1, counting.completions[tag], "seed " + seed);
                          }
                          assertTrue(client.isEngineClosed());
                        }
                        return null;
                      }));
        }
        connected.await();
        LockSupport.parkNanos(new Random(round).nextInt(5_000_000));
        if (failing) {
          // An Error ends the agent, as one that nobody foresaw would.
          engine[0].error = new AssertionError("planted, this is a test");
        } else {
          runner.close();
        }
        for (Future<?> each : all) {
          each.get();
        }
      }
      runner.close();
      assertTrue(engine[0].closed);
    }
  }

  @Test
  void aSleepingClientAndASleepingEngineAlwaysWakeEachOther() {
    ScriptedEngine[] engine = new ScriptedEngine[1];
    long pollfd = Memory.allocate(Memory.PAGE_BYTES);
    Random random = new Random(5);
    try (EngineRunner runner =
        EngineRunner.start(
            ThreadingMode.DEDICATED, IdleMode.BLOCK, 16, List.of(scripted("sleepy", engine)))) {
      Counting counting = new Counting(20_000);
      try (EngineClient client = runner.connect(0, ClientOptions.sleeping(4), counting)) {
        Memory.putInt(pollfd, client.completionFd());
        Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
        for (int i = 0; i < counting.completions.length; i++) {
          assertEquals(EngineStatus.OK, client.read(1, 0, i, i, 0, 1, 0, i));
          if (i % 3 == 0) {
            assertEquals(12345, client.freeBytes()); // may take the completion off the ring
          }
          while (counting.total <= i) {
            if (client.doWork() == 0 && counting.total <= i) {
              assertEquals(1, Polling.poll(pollfd, 1, 20_000), "nobody woke the client, " + i);
            }
          }
          if (random.nextInt(20) == 0) {
            LockSupport.parkNanos(random.nextInt(200_000)); // the engine goes to sleep
          }
        }
      }
    }
    Memory.free(pollfd, Memory.PAGE_BYTES);
  }

  @Test
  void idleThreadsUseNoProcessorTime() throws InterruptedException {
    ScriptedEngine[] engine = new ScriptedEngine[1];
    try (EngineRunner runner =
        EngineRunner.start(
            ThreadingMode.DEDICATED, IdleMode.BLOCK, 16, List.of(scripted("idler", engine)))) {
      try (EngineClient client = runner.connect(0, ClientOptions.sleeping(4), new Counting(1))) {
        assertEquals(12345, client.freeBytes());
        long thread =
            Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("idler"))
                .findFirst()
                .orElseThrow()
                .threadId();
        Thread.sleep(200);
        long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
        Thread.sleep(1000);
        long usedNs = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) - before;
        assertTrue(usedNs < 100_000_000, usedNs + " ns of a second");
      }
    }
  }

  @Test
  void theFailureOfOneEngineLeavesTheOthersOnItsThreadAlone() {
    ScriptedEngine[] bad = new ScriptedEngine[1];
    ScriptedEngine[] good = new ScriptedEngine[1];
    try (EngineRunner runner =
        EngineRunner.start(
            ThreadingMode.SHARED,
            IdleMode.BLOCK,
            16,
            List.of(scripted("bad", bad), scripted("good", good)))) {
      IdleStrategy idle = IdleStrategy.yielding();
      Counting ofBad = new Counting(100);
      Counting ofGood = new Counting(100);
      EngineClient toBad = runner.connect(0, ClientOptions.polling(4, idle), ofBad);
      EngineClient toGood = runner.connect(1, ClientOptions.polling(4, idle), ofGood);
      bad[0].error = new AssertionError("planted, this is a test");
      load(toBad, idle, 1, 100);
      assertEquals(100, load(toGood, idle, 2, 100));
      assertTrue(toBad.isEngineClosed());
      assertFalse(toGood.isEngineClosed());
      assertEquals(0, ofGood.closed);
      assertTrue(bad[0].closed);
      assertFalse(good[0].closed);
      toBad.close();
      toGood.close();
    }
  }
}
