package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.chaintable.Chain;
import io.luciola.craq.ReadOp;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.RetryClass;
import io.luciola.craq.UpdateOp;
import java.util.HashMap;
import java.util.Map;

/** A client with one channel: one update or read after another, each retried until its deadline. */
final class SimClient extends SimNetwork.Party {

  private static final long DEADLINE_NS = 400 * SimLoop.MILLI;
  private static final long ATTEMPT_NS = 80 * SimLoop.MILLI;

  private final Simulation sim;
  private final SimLoop loop;
  private final long id;
  private int remaining;
  private long sequence;
  private final Map<Long, Long> seenVersions = new HashMap<>();
  private Chain chain;

  SimClient(Simulation sim, long id, int operations) {
    this.sim = sim;
    this.loop = sim.loop;
    this.id = id;
    this.remaining = operations;
    this.chain = sim.chain;
  }

  boolean finished() {
    return remaining == 0;
  }

  void start() {
    loop.after(loop.delay(0, sim.thinkNs), this::next);
  }

  private void next() {
    if (remaining == 0) {
      return;
    }
    remaining--;
    long chunk = loop.random.nextInt(sim.chunkCount);
    if (loop.chance(0.45)) {
      read(chunk);
    } else {
      update(chunk);
    }
  }

  private void read(long chunk) {
    int mode = ReadOp.LINEARIZABLE;
    if (sim.allReadModes) {
      int dice = loop.random.nextInt(4);
      mode = dice == 0 ? ReadOp.COMMITTED_LOCAL : dice == 1 ? ReadOp.MONOTONIC : mode;
    }
    ReadOp asked = new ReadOp();
    asked.chunkLo = chunk;
    asked.deadlineNs = loop.nowNs() + DEADLINE_NS;
    attemptRead(asked, mode, loop.nowNs());
  }

  private void attemptRead(ReadOp asked, int mode, long beganNs) {
    long target = sim.anyServing(chain);
    if (target == Chain.NO_TARGET) {
      if (loop.nowNs() < asked.deadlineNs) {
        chain = sim.chain;
        loop.after(5 * SimLoop.MILLI, () -> attemptRead(asked, mode, beganNs));
      } else {
        start();
      }
      return;
    }
    SimNode node = sim.node(target);
    ReadOp sent = new ReadOp();
    sent.chunkLo = asked.chunkLo;
    sent.chainVersion = chain.version();
    sent.deadlineNs = Math.min(asked.deadlineNs, loop.nowNs() + ATTEMPT_NS / 2);
    // As the client library does: who knows no version asks for the last one.
    long seen = seenVersions.getOrDefault(asked.chunkLo, 0L);
    boolean monotonic = mode == ReadOp.MONOTONIC && seen > 0;
    sent.mode = mode == ReadOp.MONOTONIC && !monotonic ? ReadOp.LINEARIZABLE : mode;
    sent.mode = sim.rules.sentMode(sent.mode);
    sent.minVersion = monotonic ? seen : 0;
    sim.network.call(
        this,
        node,
        ATTEMPT_NS,
        answer -> node.receiveRead(target, sent, answer),
        (status, content, version) -> {
          loop.trace(6, id, status);
          if (status == ReplicaStatus.OK) {
            saw(asked.chunkLo, content, version);
            sim.history.read(asked.chunkLo, id, mode, beganNs, loop.nowNs(), content, version);
            start();
          } else if (loop.nowNs() < asked.deadlineNs) {
            chain = sim.chain;
            loop.after(
                loop.delay(SimLoop.MILLI, 10 * SimLoop.MILLI),
                () -> attemptRead(asked, mode, beganNs));
          } else {
            start();
          }
        });
  }

  private void saw(long chunk, long content, long version) {
    if (content == SimContent.ABSENT) {
      seenVersions.remove(chunk);
    } else {
      seenVersions.merge(chunk, version, Math::max);
    }
  }

  private void update(long chunk) {
    int dice = loop.random.nextInt(20);
    int kind =
        dice < 15
            ? ChunkUpdate.WRITE
            : dice < 17
                ? ChunkUpdate.TRUNCATE
                : dice < 19 ? ChunkUpdate.REPLACE : ChunkUpdate.REMOVE;
    // A file is removed when nobody writes it any more.
    if (!sim.beginUpdate(chunk, kind == ChunkUpdate.REMOVE)) {
      start();
      return;
    }
    UpdateOp message = new UpdateOp();
    message.chunkLo = chunk;
    message.kind = kind;
    message.clientId = id;
    message.channel = 1;
    message.sequence = ++sequence;
    long data = 0;
    if (kind == ChunkUpdate.WRITE) {
      message.offsetBytes = loop.random.nextBoolean() ? 0 : 8;
      message.lengthBytes = 8;
      data = sim.uniqueValue();
    } else if (kind == ChunkUpdate.TRUNCATE) {
      message.offsetBytes = 8 * loop.random.nextInt(3);
    } else if (kind == ChunkUpdate.REPLACE) {
      message.lengthBytes = 8;
      data = SimContent.of(8, sim.uniqueValue(), 0);
    }
    message.deadlineNs = loop.nowNs() + DEADLINE_NS;
    SimHistory.Update update =
        sim.history.beginUpdate(chunk, id, kind, message.offsetBytes, data, loop.nowNs());
    attemptUpdate(update, message, data);
  }

  private void attemptUpdate(SimHistory.Update update, UpdateOp message, long data) {
    if (chain.head() == Chain.NO_TARGET) {
      if (loop.nowNs() < message.deadlineNs) {
        chain = sim.chain;
        loop.after(5 * SimLoop.MILLI, () -> attemptUpdate(update, message, data));
      } else {
        sim.endUpdate(message.chunkLo, message.kind == ChunkUpdate.REMOVE);
        start();
      }
      return;
    }
    long target = chain.head();
    SimNode head = sim.node(target);
    UpdateOp sent = SimTarget.copy(message);
    sent.chainVersion = chain.version();
    sim.network.callWithStrays(
        this,
        head,
        ATTEMPT_NS,
        answer -> head.receiveUpdate(target, sent, data, answer),
        (status, digest, length) -> {
          loop.trace(7, id, status);
          if (status == ReplicaStatus.OK) {
            update.done(loop.nowNs());
            sim.onAcknowledged();
          }
          boolean retry =
              status != ReplicaStatus.OK
                  && ReplicaStatus.retryClass(status) != RetryClass.PERMANENT
                  && loop.nowNs() < message.deadlineNs;
          if (retry) {
            chain = sim.chain;
            message.repeat = sim.rules.clientsMarkRepeats();
            loop.after(
                loop.delay(SimLoop.MILLI, 10 * SimLoop.MILLI),
                () -> attemptUpdate(update, message, data));
          } else {
            sim.endUpdate(message.chunkLo, message.kind == ChunkUpdate.REMOVE);
            start();
          }
        });
  }
}
