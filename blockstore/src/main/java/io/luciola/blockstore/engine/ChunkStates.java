package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.engine.index.WriterTable;
import io.luciola.blockstore.engine.pages.MetadataPages;
import io.luciola.blockstore.engine.space.ExtentAllocator;
import io.luciola.blockstore.engine.space.ExtentQuarantine;
import io.luciola.blockstore.engine.space.ExtentSink;
import io.luciola.blockstore.linux.Crc32c;

/**
 * Everything the engine knows, and how updates change it. Running and recovering go through the
 * same transitions, so that replay of the journal arrives where the engine was.
 */
final class ChunkStates implements AutoCloseable {

  static final int NONE = ChunkIndex.NONE;

  final DeviceLayout layout;
  final MetadataPages pages;
  final ChunkIndex index;
  final WriterTable writers;
  final BlockChecksums checksums;
  final ChecksumCache checksumCache;
  final ExtentAllocator allocator;
  final ExtentQuarantine quarantine = new ExtentQuarantine();
  final JournaledBlocks journaled;
  final PendingUpdates pendings;
  final Targets targets = new Targets();
  final RequestOrder requests = new RequestOrder();
  private ExtentSink freed;

  ChunkStates(Superblock superblock, EngineOptions options, Crc32c crc, Damages damages) {
    layout = superblock.layout();
    pages = new MetadataPages(layout);
    checksumCache =
        new ChecksumCache(
            pages, layout, superblock.owner(), crc, damages, options.checksumMemoryBytes());
    index = new ChunkIndex(pages, layout.maxChunks());
    writers = new WriterTable(pages, layout.firstWriterPage(), layout.writerPages());
    checksums = new BlockChecksums(pages, layout.firstChecksumPage());
    allocator = new ExtentAllocator(layout.dataBlocks());
    freed = allocator;
    int journalBlocks = (int) (layout.journalBytes() / ChunkEngine.BLOCK_BYTES);
    journaled =
        new JournaledBlocks(
            layout.journaledBlocks(),
            options.writeBackBlocks(layout),
            journalBlocks + layout.journaledBlocks());
    pendings = new PendingUpdates(options.maxPending());
  }

  static int blocks(int lengthBytes) {
    return (lengthBytes + ChunkEngine.BLOCK_BYTES - 1) / ChunkEngine.BLOCK_BYTES;
  }

  static int capacityBytes(int order) {
    return ChunkEngine.BLOCK_BYTES << order;
  }

  /** The chunk's slot, or {@link #NONE}; also when there is no such target. */
  int find(long targetId, long chunkHi, long chunkLo) {
    int target = targets.numberOf(targetId);
    return target == Targets.NONE ? NONE : index.find(target, chunkHi, chunkLo);
  }

  /** What to say of a chunk that is not there: it may have been lost. */
  int absent(long targetId) {
    int target = targets.numberOf(targetId);
    if (target == Targets.NONE) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    return targets.isLossy(target) ? EngineStatus.CHUNK_CORRUPT : EngineStatus.NO_SUCH_CHUNK;
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

  /** Recovery: keeps in memory what the update needs to know of blocks, until it has ended. */
  void pinChecksums(PendingUpdate update, int slot) {
    boolean shares = index.version(slot) > 0 && update.kind != ChunkUpdate.REMOVE;
    update.pinnedCommitted = shares ? index.extent(slot) : 0;
    update.pinnedCommittedBlocks = shares ? 1L << index.order(slot) : 0;
    update.pinnedOwnBlocks = update.fresh ? 1L << update.order : 0;
    checksumCache.acquire(update.pinnedCommitted, update.pinnedCommittedBlocks);
    checksumCache.acquire(update.extent, update.pinnedOwnBlocks);
  }

  private void end(PendingUpdate update) {
    checksumCache.release(update.pinnedCommitted, update.pinnedCommittedBlocks);
    checksumCache.release(update.extent, update.pinnedOwnBlocks);
    pendings.release(update);
  }

  /** An update's own extent was taken: nothing is written there yet. */
  void onExtentTaken(PendingUpdate update) {
    clearChecksums(update);
    targets.charge(update.target, capacityBytes(update.order));
  }

  /** Nothing of an update's content in its own extent is written. */
  void clearChecksums(PendingUpdate update) {
    checksums.putHoles(update.extent, blocks(update.lengthBytes));
  }

  /** An update will lie in the committed extent: what is between the contents was never written. */
  void onExtended(int slot, PendingUpdate update) {
    int from = blocks(index.lengthBytes(slot));
    checksums.putHoles(update.extent + from, Math.max(0, blocks(update.lengthBytes) - from));
  }

  /** The update is durable: it is pending now. */
  void attach(int slot, PendingUpdate update) {
    update.attached = true;
    index.setPending(slot, update.number);
  }

  /** Makes the pending update the committed one, by a record with this sequence number. */
  void commit(int slot, int chainVersion, long sequence) {
    PendingUpdate update = pending(slot);
    index.setPending(slot, NONE);
    if (update.kind == ChunkUpdate.REMOVE) {
      removeCommitted(slot, sequence);
      end(update);
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
      journaled.drop(update.extent + update.punchedFirst, update.punchedCount);
      checksums.putHoles(update.extent + update.punchedFirst, update.punchedCount);
    }
    index.setCommitted(slot, update.version, update.digest, update.lengthBytes, chainVersion);
    int writer = writers.acquire(update.clientId, update.channel);
    writers.release(index.writer(slot));
    index.setWriter(slot, writer, update.clientSequence);
    end(update);
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
    index.setPending(slot, NONE);
    release(slot, update, 0);
  }

  /**
   * Drops a chunk, committed and pending, of a target whose removal the record with this sequence
   * number began; no prepare of it is under way.
   */
  void drop(int slot, long sequence) {
    boolean isCommitted = index.version(slot) > 0;
    if (index.pending(slot) != NONE) {
      discard(slot, sequence);
    }
    if (isCommitted) {
      removeCommitted(slot, sequence);
    }
  }

  /** Freed extents that nothing holds any longer go there, and from there to the allocator. */
  void setFreed(ExtentSink sink) {
    freed = sink;
  }

  /** Lets go of freed extents that nothing holds any longer. */
  int releaseExtents(long durableSequence) {
    return quarantine.release(freed, durableSequence, requests.oldestNumber());
  }

  @Override
  public void close() {
    index.close();
    writers.close();
    checksumCache.close();
    allocator.close();
    pages.close();
    journaled.close();
  }

  private void release(int slot, PendingUpdate update, long sequence) {
    if (update.fresh) {
      free(update.target, update.extent, update.order, sequence);
    }
    for (int i = 0; i < update.journaledCount; i++) {
      journaled.release(update.journaledSlot[i]);
    }
    end(update);
    if (index.version(slot) == 0) {
      index.remove(slot);
    } else {
      index.bumpGeneration(slot);
    }
  }

  /** Blocks behind a shorter length are no longer part of the content. */
  private void cut(int slot, int newLengthBytes, long sequence) {
    int kept = blocks(newLengthBytes);
    int gone = blocks(index.lengthBytes(slot)) - kept;
    if (gone > 0) {
      journaled.drop(index.extent(slot) + kept, gone);
      index.setBarrier(slot, sequence);
    }
  }

  private void removeCommitted(int slot, long sequence) {
    freeCommittedExtent(slot, sequence);
    writers.release(index.writer(slot));
    index.remove(slot);
  }

  private void freeCommittedExtent(int slot, long sequence) {
    journaled.drop(index.extent(slot), blocks(index.lengthBytes(slot)));
    free(index.targetNumber(slot), index.extent(slot), index.order(slot), sequence);
  }

  private void free(int target, long extent, int order, long sequence) {
    quarantine.add(extent, order, sequence, requests.nextNumber());
    targets.charge(target, -capacityBytes(order));
  }
}
