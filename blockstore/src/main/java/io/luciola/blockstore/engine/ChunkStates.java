package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.engine.space.ExtentAllocator;
import io.luciola.blockstore.engine.space.ExtentQuarantine;

/**
 * Everything the engine knows, and how updates change it. Running and recovering go through the
 * same transitions, so that replay of the journal arrives where the engine was.
 */
final class ChunkStates implements AutoCloseable {

  static final int NONE = ChunkIndex.NONE;

  final DeviceLayout layout;
  final ChunkIndex index;
  final BlockChecksums checksums;
  final ExtentAllocator allocator;
  final ExtentQuarantine quarantine = new ExtentQuarantine();
  final JournaledBlocks journaled;
  final PendingUpdates pendings;
  final Targets targets = new Targets();
  final RequestOrder requests = new RequestOrder();

  ChunkStates(DeviceLayout layout, int maxPending) {
    this.layout = layout;
    index = new ChunkIndex(layout.maxChunks());
    checksums = new BlockChecksums(layout.dataBlocks());
    allocator = new ExtentAllocator(layout.dataBlocks());
    journaled = new JournaledBlocks(layout.journaledBlocks());
    pendings = new PendingUpdates(maxPending);
  }

  static int blocks(int lengthBytes) {
    return (lengthBytes + ChunkEngine.BLOCK_BYTES - 1) / ChunkEngine.BLOCK_BYTES;
  }

  static int capacityBytes(int order) {
    return ChunkEngine.BLOCK_BYTES << order;
  }

  /** Whether the slot holds a chunk that callers may see. */
  boolean isVisible(int slot) {
    return slot != NONE && (index.version(slot) > 0 || index.pending(slot) != NONE);
  }

  /** The chunk's pending update, or null. */
  PendingUpdate pending(int slot) {
    int number = index.pending(slot);
    return number == NONE ? null : pendings.get(number);
  }

  /** An update's own extent was taken. */
  void onExtentTaken(PendingUpdate update) {
    checksums.clear(update.extent, 1L << update.order);
    targets.charge(update.targetId, capacityBytes(update.order));
  }

  /** The update is durable: it is pending now. */
  void attach(int slot, PendingUpdate update) {
    index.setPreparing(slot, false);
    index.setPending(slot, update.number);
  }

  /** Makes the pending update the committed one, by a record with this sequence number. */
  void commit(int slot, int chainVersion, long sequence) {
    PendingUpdate update = pending(slot);
    index.setPending(slot, NONE);
    if (update.kind == ChunkUpdate.REMOVE) {
      freeCommittedExtent(slot, sequence);
      index.remove(slot);
      pendings.release(update);
      return;
    }
    if (update.fresh) {
      if (index.version(slot) > 0) {
        freeCommittedExtent(slot, sequence);
      }
      index.setExtent(slot, update.extent, update.order);
    } else {
      cut(slot, update.lengthBytes, sequence);
      for (int i = 0; i < update.journaledCount; i++) {
        long place = index.extent(slot) + update.journaledBlock[i];
        int block = update.journaledSlot[i];
        checksums.put(place, journaled.checksum(block));
        journaled.commit(block, place, slot, sequence);
      }
    }
    index.setCommitted(slot, update.version, update.digest, update.lengthBytes, chainVersion);
    index.setWriter(slot, update.clientId, update.channel, update.clientSequence);
    pendings.release(update);
  }

  /** Drops the pending update, by a record with this sequence number. */
  void discard(int slot, long sequence) {
    PendingUpdate update = pending(slot);
    index.setPending(slot, NONE);
    if (!update.fresh && update.directCount > 0) {
      index.setBarrier(slot, sequence);
    }
    release(slot, update, sequence);
  }

  /** Drops an update that never became pending. */
  void abandon(int slot, PendingUpdate update) {
    index.setPreparing(slot, false);
    release(slot, update, 0);
  }

  /** Lets go of freed extents that nothing holds any longer. */
  int releaseExtents(long durableSequence) {
    return quarantine.release(allocator, durableSequence, requests.oldestNumber());
  }

  @Override
  public void close() {
    index.close();
    checksums.close();
    journaled.close();
  }

  private void release(int slot, PendingUpdate update, long sequence) {
    if (update.fresh) {
      free(update.targetId, update.extent, update.order, sequence);
    } else if (update.directCount > 0) {
      checksums.clear(index.extent(slot) + update.directFirst, update.directCount);
    }
    for (int i = 0; i < update.journaledCount; i++) {
      journaled.release(update.journaledSlot[i]);
    }
    pendings.release(update);
    if (index.version(slot) == 0) {
      index.remove(slot);
    } else {
      index.bumpGeneration(slot);
    }
  }

  /** Blocks behind a shorter length are holes from now on. */
  private void cut(int slot, int newLengthBytes, long sequence) {
    int kept = blocks(newLengthBytes);
    int gone = blocks(index.lengthBytes(slot)) - kept;
    if (gone > 0) {
      journaled.drop(index.extent(slot) + kept, gone);
      checksums.clear(index.extent(slot) + kept, gone);
      index.setBarrier(slot, sequence);
    }
  }

  private void freeCommittedExtent(int slot, long sequence) {
    journaled.drop(index.extent(slot), blocks(index.lengthBytes(slot)));
    free(index.target(slot), index.extent(slot), index.order(slot), sequence);
  }

  private void free(long targetId, long extent, int order, long sequence) {
    quarantine.add(extent, order, sequence, requests.nextNumber());
    targets.charge(targetId, -capacityBytes(order));
  }
}
