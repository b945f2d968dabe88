package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies the entries of intact records to the engine's state, as they were applied when written.
 */
final class Replay {

  private final ChunkStates states;
  private final Crc32c crc;
  private final String deviceName;
  private final Entry entry = new Entry();
  private final List<PendingUpdate> preparedByLastRecord = new ArrayList<>();
  private long data;

  Replay(ChunkStates states, Crc32c crc, String deviceName) {
    this.states = states;
    this.crc = crc;
    this.deviceName = deviceName;
  }

  /** Updates that the last record made pending. */
  List<PendingUpdate> preparedByLastRecord() {
    return preparedByLastRecord;
  }

  /** Whether every data block in a record matches its entry. */
  boolean isDataIntact(long record) {
    long at = record + RecordHeader.BYTES;
    int left = RecordHeader.entryBytes(record);
    long block = record + RecordHeader.dataOffset(left);
    int blocks = 0;
    for (int i = 0; i < RecordHeader.entryCount(record); i++) {
      if (!entry.at(at).isWellFormed(left)) {
        return false;
      }
      int journaled = entry.type() == Entry.PREPARED ? entry.journaledCount() : 0;
      blocks += journaled;
      if (blocks > RecordHeader.dataBlocks(record)) {
        return false;
      }
      for (int j = 0; j < journaled; j++) {
        if (BlockChecksums.kept(crc.of(block, ChunkEngine.BLOCK_BYTES))
            != entry.journaledChecksum(j)) {
          return false;
        }
        block += ChunkEngine.BLOCK_BYTES;
      }
      left -= entry.lengthBytes();
      at += entry.lengthBytes();
    }
    return blocks == RecordHeader.dataBlocks(record);
  }

  void apply(long record, long sequence) {
    preparedByLastRecord.clear();
    long at = record + RecordHeader.BYTES;
    data = record + RecordHeader.dataOffset(RecordHeader.entryBytes(record));
    for (int i = 0; i < RecordHeader.entryCount(record); i++) {
      entry.at(at);
      switch (entry.type()) {
        case Entry.TARGET -> states.targets.put(entry.targetId(), entry.version());
        case Entry.CHUNK -> chunk();
        case Entry.PREPARED -> prepared();
        case Entry.COMMITTED -> states.commit(pendingSlot(), entry.chainVersion(), sequence);
        case Entry.DISCARDED -> states.discard(pendingSlot(), sequence);
        default -> throw damaged("is of an unknown type");
      }
      at += entry.lengthBytes();
    }
  }

  private void chunk() {
    int slot = find();
    check(slot == ChunkStates.NONE, "names a chunk for the second time");
    slot = add();
    takeExtent();
    states.checksums.clear(entry.extent(), 1L << entry.order());
    states.targets.charge(entry.targetId(), ChunkStates.capacityBytes(entry.order()));
    loadChecksums(entry.extent());
    states.index.setExtent(slot, entry.extent(), entry.order());
    states.index.setCommitted(
        slot, entry.version(), entry.digest(), entry.contentLengthBytes(), entry.chainVersion());
    states.index.setWriter(slot, entry.clientId(), entry.channel(), entry.clientSequence());
  }

  private void prepared() {
    int slot = find();
    boolean fresh = (entry.flags() & Entry.FRESH) != 0;
    if (slot == ChunkStates.NONE) {
      check(fresh, "changes a chunk that does not exist");
      slot = add();
    }
    check(states.index.pending(slot) == ChunkStates.NONE, "meets another pending update");
    PendingUpdate update = states.pendings.acquire();
    update.targetId = entry.targetId();
    update.chunkHi = entry.chunkHi();
    update.chunkLo = entry.chunkLo();
    update.kind = entry.kind();
    update.version = entry.version();
    update.chainVersion = entry.chainVersion();
    update.clientId = entry.clientId();
    update.channel = entry.channel();
    update.clientSequence = entry.clientSequence();
    update.lengthBytes = entry.contentLengthBytes();
    update.digest = entry.digest();
    update.fresh = fresh;
    update.order = entry.order();
    update.directFirst = entry.directFirst();
    update.directCount = entry.directCount();
    if (fresh) {
      takeExtent();
      update.extent = entry.extent();
      states.onExtentTaken(update);
    }
    loadChecksums(fresh ? entry.extent() : states.index.extent(slot));
    for (int i = 0; i < entry.journaledCount(); i++) {
      int block = states.journaled.acquire();
      Memory.copy(data, states.journaled.address(block), ChunkEngine.BLOCK_BYTES);
      data += ChunkEngine.BLOCK_BYTES;
      states.journaled.setChecksum(block, entry.journaledChecksum(i));
      update.journaledBlock[i] = entry.journaledBlock(i);
      update.journaledSlot[i] = block;
    }
    update.journaledCount = entry.journaledCount();
    states.attach(slot, update);
    preparedByLastRecord.add(update);
  }

  private int find() {
    check(states.targets.contains(entry.targetId()), "names a target that does not exist");
    return states.index.find(entry.targetId(), entry.chunkHi(), entry.chunkLo());
  }

  private int add() {
    int slot = states.index.add(entry.targetId(), entry.chunkHi(), entry.chunkLo());
    check(slot != ChunkStates.NONE, "is one chunk too many");
    return slot;
  }

  private int pendingSlot() {
    int slot = find();
    check(slot != ChunkStates.NONE, "ends an update of a chunk that does not exist");
    PendingUpdate pending = states.pending(slot);
    check(
        pending != null && pending.version == entry.version(), "ends an update that is not there");
    return slot;
  }

  private void takeExtent() {
    check(states.allocator.reserve(entry.extent(), entry.order()), "names space already in use");
    check(
        entry.directFirst() >= 0
            && entry.directFirst() + entry.directCount() <= 1 << entry.order()
            && ChunkStates.blocks(entry.contentLengthBytes()) <= 1 << entry.order(),
        "is larger than its extent");
  }

  private void loadChecksums(long extent) {
    for (int i = 0; i < entry.directCount(); i++) {
      states.checksums.put(extent + entry.directFirst() + i, entry.checksum(i));
    }
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw damaged(otherwise);
    }
  }

  private UnusableDeviceException damaged(String what) {
    return new UnusableDeviceException(
        Reason.METADATA_DAMAGED,
        String.format(
            "%s: metadata contradicts itself: an entry of type %d for target %d chunk %016x%016x"
                + " %s; format the device and resynchronise its targets",
            deviceName, entry.type(), entry.targetId(), entry.chunkHi(), entry.chunkLo(), what));
  }
}
