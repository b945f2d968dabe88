package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Memory;

/**
 * Writes committed blocks from memory to their places, as the checkpoint under way needs it:
 * neighbouring ones with one request, in the order of their places.
 */
final class Applier implements AutoCloseable {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;
  private static final int RUN_BLOCKS = 32;
  private static final long BUFFER_BYTES = (long) RUN_BLOCKS * BLOCK_BYTES;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final int maxInFlight;
  private final long buffers;
  private ApplyOp freeHead;

  Applier(ChunkStates states, IoQueue ioQueue, EngineHealth health, int maxInFlight) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.maxInFlight = maxInFlight;
    buffers = Memory.allocate(maxInFlight * BUFFER_BYTES);
    for (int i = 0; i < maxInFlight; i++) {
      ApplyOp op = new ApplyOp(buffers + i * BUFFER_BYTES);
      op.next = freeHead;
      freeHead = op;
    }
  }

  int doWork() {
    int work = 0;
    while (freeHead != null && !states.journaled.isWindowApplied() && !health.isFailed()) {
      ApplyOp op = freeHead;
      op.count = states.journaled.takeRun(op.slots);
      if (op.count == 0) {
        break;
      }
      freeHead = op.next;
      op.start();
      work++;
    }
    return work;
  }

  @Override
  public void close() {
    Memory.free(buffers, maxInFlight * BUFFER_BYTES);
  }

  private final class ApplyOp extends OrderedRequest implements IoOwner {
    private final Io io = ioQueue.register(this);
    private final int[] slots = new int[RUN_BLOCKS];
    private final long buffer;
    private int count;
    private ApplyOp next;

    ApplyOp(long buffer) {
      this.buffer = buffer;
    }

    void start() {
      JournaledBlocks journaled = states.journaled;
      long address = journaled.address(slots[0]);
      if (count > 1) {
        for (int i = 0; i < count; i++) {
          long to = buffer + (long) i * BLOCK_BYTES;
          Memory.copy(journaled.address(slots[i]), to, BLOCK_BYTES);
        }
        address = buffer;
      }
      states.requests.begin(this);
      long place = journaled.place(slots[0]);
      ioQueue.write(io, states.layout.blockOffset(place), address, count * BLOCK_BYTES);
    }

    @Override
    public void onIo(Io request, int error) {
      states.requests.end(this);
      if (error != 0) {
        // The blocks stay in memory and in the journal: reads go on, and a restart tries again.
        health.fail("writing blocks at device offset " + request.offsetBytes, error);
        return;
      }
      for (int i = 0; i < count; i++) {
        int chunk = states.journaled.chunk(slots[i]);
        states.journaled.applied(slots[i]);
        if (chunk != ChunkIndex.NONE) {
          states.index.bumpGeneration(chunk);
        }
      }
      next = freeHead;
      freeHead = this;
    }
  }
}
