package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.ChunkIndex;

/** Writes committed blocks from memory to their places, once the record that commits is durable. */
final class Applier {

  private static final int MAX_IN_FLIGHT = 64;

  private final ChunkStates states;
  private final Journal journal;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private ApplyOp freeHead;

  Applier(ChunkStates states, Journal journal, IoQueue ioQueue, EngineHealth health) {
    this.states = states;
    this.journal = journal;
    this.ioQueue = ioQueue;
    this.health = health;
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
      ApplyOp op = new ApplyOp();
      op.next = freeHead;
      freeHead = op;
    }
  }

  int doWork() {
    int work = 0;
    while (freeHead != null && !health.isFailed()) {
      int slot = states.journaled.takeReady(journal.durableSequence());
      if (slot == JournaledBlocks.NONE) {
        break;
      }
      ApplyOp op = freeHead;
      freeHead = op.next;
      op.slot = slot;
      states.requests.begin(op);
      ioQueue.write(
          op.io,
          states.layout.blockOffset(states.journaled.place(slot)),
          states.journaled.address(slot),
          ChunkEngine.BLOCK_BYTES);
      work++;
    }
    return work;
  }

  private final class ApplyOp extends OrderedRequest implements IoOwner {
    private final Io io = ioQueue.register(this);
    private ApplyOp next;
    private int slot;

    @Override
    public void onIo(Io request, int error) {
      states.requests.end(this);
      if (error != 0) {
        // The block stays in memory and in the journal: reads go on, and a restart tries again.
        health.fail("writing a block at device offset " + request.offsetBytes, error);
        return;
      }
      int chunk = states.journaled.chunk(slot);
      states.journaled.applied(slot);
      if (chunk != ChunkIndex.NONE) {
        states.index.bumpGeneration(chunk);
      }
      next = freeHead;
      freeHead = this;
    }
  }
}
